import { setTimeout as sleep } from 'node:timers/promises';
import { isSame, signalGroup } from './supervisor/identity.mjs';

const GRACE_MS = 3_000;

/**
 * The processes of a recorded state that still run although their supervisor does not: leftovers of a machine that
 * lost the supervisor to a kill -9. A pid that was given to another process since is not among them.
 * @param {import('./index.mjs').StackState | null} state
 * @returns {Array<{name: string, pid: number, started: string}>}
 */
export function leftovers(state) {
  if (state === null || isSame(state.supervisor)) return [];
  return Object.entries(state.parts)
    .filter(([, part]) => isSame(part))
    .map(([name, { pid, started }]) => ({ name, pid, started }));
}

/**
 * Ends leftovers: asks first, forces after three seconds.
 * @param {import('./index.mjs').StackState | null} state
 * @returns {Promise<string[]>} the names of what was ended
 */
export async function sweep(state) {
  const found = leftovers(state);
  for (const { pid } of found) signalGroup(pid, 'SIGTERM');
  const deadline = Date.now() + GRACE_MS;
  while (found.some(isSame) && Date.now() < deadline) await sleep(50);
  for (const part of found.filter(isSame)) signalGroup(part.pid, 'SIGKILL');
  while (found.some(isSame)) await sleep(20);
  return found.map(({ name }) => name);
}
