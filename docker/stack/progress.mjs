/**
 * @typedef {{part: string, phase: 'start' | 'tick' | 'done' | 'failed', elapsedMs: number, expectedMs?: number, detail?: string}} ProgressEvent
 * @typedef {(event: ProgressEvent) => void} OnProgress
 */

const TICK_MS = 10_000;
const QUIET_MS = 1_500;

/**
 * Runs a piece of work and reports its start, its passing time and its end.
 * @template T
 * @param {OnProgress | undefined} onProgress
 * @param {{part: string, expectedMs?: number, detail?: string}} about
 * @param {(say: (detail: string) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function tracked(onProgress, about, work) {
  const started = Date.now();
  let detail = about.detail;
  const report = (phase) =>
    onProgress?.({
      ...about,
      phase,
      elapsedMs: Date.now() - started,
      ...(detail === undefined ? {} : { detail }),
    });
  report('start');
  const first = setTimeout(() => report('tick'), QUIET_MS);
  const timer = setInterval(() => report('tick'), TICK_MS);
  try {
    const result = await work((text) => (detail = text));
    report('done');
    return result;
  } catch (error) {
    detail = error instanceof Error ? error.message.split('\n')[0] : String(error);
    report('failed');
    throw error;
  } finally {
    clearTimeout(first);
    clearInterval(timer);
  }
}

/**
 * `12 s`, `3 min 05 s`.
 * @param {number} ms
 */
export function duration(ms) {
  const seconds = Math.round(ms / 1000);
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (seconds < 120) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/**
 * One line for a person; null for a start, since quick work shows as its end only and
 * longer work soon ticks.
 * @param {ProgressEvent} event
 */
export function lineOf(event) {
  const expected = event.expectedMs ? ` (usually ${duration(event.expectedMs)})` : '';
  const detail = event.detail ? ` - ${event.detail}` : '';
  if (event.phase === 'start') return null;
  if (event.phase === 'tick')
    return `  .. ${event.part}${detail}: ${duration(event.elapsedMs)}${expected}`;
  if (event.phase === 'failed')
    return `  !! ${event.part} after ${duration(event.elapsedMs)}${detail}`;
  return `  ok ${event.part}${detail} (${duration(event.elapsedMs)})`;
}

/** A reporter that writes lines to stderr, so that stdout stays the command's own. */
export function consoleProgress() {
  return (event) => {
    const line = lineOf(event);
    if (line) process.stderr.write(`${line}\n`);
  };
}
