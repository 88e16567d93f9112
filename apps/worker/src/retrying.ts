import { backoffMs, errorFields, sleep, TransientError, type Logger } from '#libs/service';

/**
 * How long one run of a job waits for something before it gives its place to other jobs of this node and comes back.
 * No deadline of the chain is looked at here: those run in contract time, and a `cancel` job says when one has passed.
 */
export const HOLD_MS = 5_000;
export const BACKOFF_CAP_MS = 2_000;

export interface Patience {
  /** What is tried, for the log. */
  what: string;
  signal: AbortSignal;
  log: Logger;
}

/** Tries again after every `TransientError`, backing off; the one after `HOLD_MS` is thrown. */
export async function retrying<T>(work: () => Promise<T>, patience: Patience): Promise<T> {
  const { what, signal, log } = patience;
  const untilMs = Date.now() + HOLD_MS;
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TransientError) || Date.now() >= untilMs) throw error;
      log.debug({ what, attempt, ...errorFields(error) }, 'trying again');
      await sleep(backoffMs(attempt, BACKOFF_CAP_MS), signal);
    }
  }
}
