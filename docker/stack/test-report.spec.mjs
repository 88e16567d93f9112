import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { countOf } from './test-report.mjs';

describe('countOf', () => {
  const dir = mkdtempSync(join(tmpdir(), 'atoma-report-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  const report = (name, fields) => {
    const file = join(dir, name);
    const zero = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
    writeFileSync(file, JSON.stringify({ ...zero, ...fields }));
    return file;
  };

  it('takes the counts of the report', () => {
    const file = report('a', { numPassedTests: 5, numFailedTests: 2, numPendingTests: 1 });
    expect(countOf(file, 1)).toEqual({ passed: 5, failed: 2, skipped: 1 });
  });

  it('counts a bad end without a failed test as one failure', () => {
    expect(countOf(report('b', { numPassedTests: 5 }), 1)).toEqual({
      passed: 5,
      failed: 1,
      skipped: 0,
    });
  });

  it('counts a missing report as one failure, whatever the exit code', () => {
    expect(countOf(join(dir, 'none'), 0).failed).toBe(1);
  });

  it('has no failure after a good end', () => {
    expect(countOf(report('c', { numPassedTests: 5 }), 0)).toEqual({
      passed: 5,
      failed: 0,
      skipped: 0,
    });
  });
});
