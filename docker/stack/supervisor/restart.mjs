/** Exit codes a program uses to talk to its supervisor (architecture, section 7). */
export const EXIT_RESTART_ME = 75;

const FIRST_DELAY_MS = 100;
const LAST_DELAY_MS = 10_000;
const STEADY_MS = 20_000;

/**
 * Whether a process that ended on its own is started again: apps that asked for it or were killed are; an exit by
 * decision (0, or 1 = a human must look) is not, and infrastructure never is, since its loss must be seen.
 * @param {{kind: string, code: number | null, signal: string | null}} end
 */
export function wantsRestart({ kind, code, signal }) {
  if (kind !== 'app') return false;
  return signal !== null || code === EXIT_RESTART_ME || (code ?? 0) > 128;
}

/**
 * How long to wait before the next start: doubles with every end that follows quickly on its start, up to ten seconds.
 * @param {{failures: number, ranMs: number}} history failures in a row before this end
 * @returns {{failures: number, delayMs: number}}
 */
export function backOff({ failures, ranMs }) {
  const inARow = ranMs >= STEADY_MS ? 1 : failures + 1;
  return { failures: inARow, delayMs: Math.min(FIRST_DELAY_MS * 2 ** (inARow - 1), LAST_DELAY_MS) };
}
