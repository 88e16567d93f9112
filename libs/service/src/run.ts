import { errorFields, exitCodeOf } from './errors.js';
import type { Logger } from './logger.js';

/** What a running service hands back: how to stop it, and a promise that rejects when it breaks. */
export interface Running {
  stop: () => Promise<void>;
  /** Settles only by rejection, when a loop of the service ends with an error. */
  failed: Promise<never>;
}

const STOP_LIMIT_MS = 10_000;

/**
 * Runs a service until SIGTERM, SIGINT or a failure; exits 0, 75 (restart me) or 1 (a human). A signal during the
 * start lets the start end first and then stops what it gave, both together within 10 s.
 */
export async function runService(log: Logger, start: () => Promise<Running>): Promise<never> {
  const signal = signalled();
  try {
    const starting = start();
    const running = await Promise.race([starting, signal]);
    if (running === undefined) {
      log.info('stopping before started');
      await Promise.race([stopOnceStarted(log, starting), expired(STOP_LIMIT_MS)]);
      return process.exit(0);
    }
    log.info('started');
    await Promise.race([signal, running.failed]);
    log.info('stopping');
    await Promise.race([running.stop(), expired(STOP_LIMIT_MS)]);
    return process.exit(0);
  } catch (error) {
    log.fatal(errorFields(error), 'stopped by an error');
    return process.exit(exitCodeOf(error));
  }
}

/** What fails after the signal is told, but the process was asked to end anyway. */
async function stopOnceStarted(log: Logger, starting: Promise<Running>): Promise<void> {
  const tell = (error: unknown): void => log.warn(errorFields(error), 'failed while stopping');
  const running = await starting.catch(tell);
  running?.failed.catch(tell);
  await running?.stop();
}

const signalled = (): Promise<undefined> =>
  new Promise((resolve) => {
    process.once('SIGTERM', () => resolve(undefined));
    process.once('SIGINT', () => resolve(undefined));
  });

/** Keeps the process alive until then: a start that waits on nothing is given its time too. */
const expired = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Sleeps `ms`, or until the signal aborts: a loop that is stopped wakes at once. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });

/** Waits 100 ms, 200 ms, 400 ms… capped: the back-off of attempt 0, 1, 2… in milliseconds. */
export const backoffMs = (attempt: number, capMs = 5_000): number =>
  Math.min(capMs, 100 * 2 ** Math.min(attempt, 16));
