import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from './errors.mjs';
import { down } from './index.mjs';
import { cacheRoot, dataDirOf } from './paths.mjs';
import { isSame } from './supervisor/identity.mjs';
import { leftovers } from './sweep.mjs';

/** What this project keeps in its cache folder; nothing else in it is ever removed. */
const OWN_FOLDERS = ['wheels', 'postgres', 'kafka', 'chain', 'build', 'stacks'];

/** The recorded states of all stacks of all checkouts that use this cache. */
export function allStates() {
  const dir = join(cacheRoot(), 'stacks');
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .map((entry) => join(dir, entry, 'state.json'))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')));
}

/**
 * Takes a stack down and throws its data away.
 * @param {{name: string}} options
 */
export async function reset({ name }) {
  await down({ name });
  const dir = dataDirOf(name);
  if (!existsSync(dir)) return `stack ${name} has no data`;
  rmSync(dir, { recursive: true, force: true });
  return `stack ${name} is empty: ${dir} removed, the cache stays`;
}

/** Removes everything the project cached; refuses while a stack of any checkout runs from it. */
export async function purge() {
  const busy = allStates().filter(
    (state) => isSame(state.supervisor) || leftovers(state).length > 0,
  );
  if (busy.length > 0) {
    const names = busy.map(({ name, checkout }) => `${name} of ${checkout}`).join(', ');
    throw new StackError('IN_USE', `the cache is in use by ${names}`, {
      todo: 'npm run stack -- down --name <stack>, in that checkout',
    });
  }
  const found = OWN_FOLDERS.filter((folder) => existsSync(join(cacheRoot(), folder)));
  for (const folder of found) rmSync(join(cacheRoot(), folder), { recursive: true, force: true });
  return found.length > 0
    ? `removed ${found.join(', ')} from ${cacheRoot()}`
    : `nothing cached in ${cacheRoot()}`;
}
