import {
  backoffMs,
  errorFields,
  PermanentError,
  sleep,
  TransientError,
  type Logger,
} from '#libs/service';

const BACKOFF_CAP_MS = 2_000;

/** How long something is tried: until it succeeds, its deadline passes or its job is aborted. */
export interface Patience {
  /** What is tried, for the log and the last error. */
  what: string;
  untilMs: number;
  signal: AbortSignal;
  log: Logger;
}

/** Tries again after every `TransientError`, backing off; past the deadline that is `PermanentError` `too_late`. */
export async function retrying<T>(work: () => Promise<T>, patience: Patience): Promise<T> {
  const { what, untilMs, signal, log } = patience;
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TransientError)) throw error;
      if (Date.now() >= untilMs) {
        throw new PermanentError('too_late', `${what}: not done by its deadline`, { cause: error });
      }
      log.debug({ what, attempt, ...errorFields(error) }, 'trying again');
      await sleep(backoffMs(attempt, BACKOFF_CAP_MS), signal);
    }
  }
}
