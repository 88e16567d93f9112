import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8');

interface Step {
  file: string;
  name: string;
}

/** Rows of the path: `| n | \`file\` | \`name\` | what |`. */
function stepsOf(markdown: string): Step[] {
  return [...markdown.matchAll(/^\|\s*\d+\s*\|\s*`([^`]+)`\s*\|\s*`([^`]+)`\s*\|/gm)].map(
    ([, file = '', name = '']) => ({ file, name }),
  );
}

const declares = (source: string, name: string): boolean =>
  new RegExp(
    `(function\\*?|const|class|fn|interface|type|table|async|view)\\s+(?:[a-z_]+\\.)?${name}\\b|^\\s+(?:async |static |private |#)*${name}\\s*[(<=]`,
    'im',
  ).test(source);

describe('docs/architecture.md', () => {
  const steps = stepsOf(page);

  it('follows a request through at least twenty steps', () => {
    expect(steps.length).toBeGreaterThanOrEqual(20);
  });

  it.each(steps)('names $name, which $file declares', ({ file, name }) => {
    expect(existsSync(join(root, file)), `${file} does not exist`).toBe(true);
    expect(declares(readFileSync(join(root, file), 'utf8'), name)).toBe(true);
  });

  it('links to files that exist', () => {
    const paths = [
      ...page.matchAll(/`((?:apps|libs|contracts|docker|prisma|test|docs)\/[\w./-]+)`/g),
    ];
    const missing = paths
      .map(([, path = '']) => path)
      .filter((path) => !existsSync(join(root, path)));
    expect(missing).toEqual([]);
  });
});
