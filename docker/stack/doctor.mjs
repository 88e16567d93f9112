import { cacheRoot } from './paths.mjs';
import { hasChainBinary, preflight } from './setup/preflight.mjs';
import { isSame } from './supervisor/identity.mjs';
import { allStates } from './remove.mjs';
import { leftovers } from './sweep.mjs';
import { partsAtHand } from './parts/at-hand.mjs';

/**
 * Says what this machine has, what it lacks and what to do, and which processes of which stacks run or were left
 * over. Changes nothing.
 * @param {(line: string) => void} print
 * @returns {Promise<number>} 0 when nothing is wrong
 */
export async function doctor(print) {
  let wrong = 0;
  const say = ({ name, ok, detail, todo }) => {
    if (!ok) wrong += 1;
    print(
      `  ${ok ? 'ok' : '!!'} ${name.padEnd(12)} ${detail}${ok || !todo ? '' : `\n     -> ${todo}`}`,
    );
  };
  print('machine');
  for (const check of await preflight()) say(check);
  print(`parts (cache ${cacheRoot()})`);
  for (const [name, detail] of await partsAtHand()) print(`  ok ${name.padEnd(12)} ${detail}`);
  print(
    `  ok ${'wasmd'.padEnd(12)} ${hasChainBinary() ? 'cached' : 'will be built (about ten minutes, once)'}`,
  );
  print('stacks');
  const states = allStates();
  if (states.length === 0) print('  none');
  for (const state of states) {
    const lost = leftovers(state);
    const running = isSame(state.supervisor);
    const failed = running
      ? Object.entries(state.parts).filter(([, part]) => part.state === 'failed')
      : [];
    const detail = running ? `up, supervisor ${state.supervisor.pid}` : 'down';
    say({
      name: state.name,
      ok: lost.length === 0 && failed.length === 0,
      detail: `${detail}, ${state.checkout}${lost.length > 0 ? `; left over: ${lost.map(({ name, pid }) => `${name} (${pid})`).join(', ')}` : ''}${failed.length > 0 ? `; failed: ${failed.map(([part]) => part).join(', ')}` : ''}`,
      todo:
        lost.length > 0
          ? `npm run stack -- down --name ${state.name}`
          : `npm run stack -- status --name ${state.name}`,
    });
  }
  return wrong === 0 ? 0 : 1;
}
