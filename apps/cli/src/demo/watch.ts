import type { Pool } from 'pg';
import { PermanentError, sleep } from '#libs/service';
import { FINAL_STATES, newestRequest, readLife, STAGES, type Life } from './life.js';

const POLL_MS = 100;

export interface Watched {
  life: Life;
  /** Milliseconds from `startedAt` until each event type was first seen in the projection. */
  seenMs: Record<string, number>;
}

export interface WatchOptions {
  requester: string;
  /** Requests up to this id are older than the one to watch. */
  after: bigint;
  startedAt: number;
  limitMs: number;
  onChange: (life: Life, elapsedMs: number) => void;
  /** Aborts the watch: what was asked for failed before it became a request. */
  signal: AbortSignal;
}

/** Follows the wallet's newest request in the projection until it is final. */
export async function watchRequest(pool: Pool, options: WatchOptions): Promise<Watched> {
  const seenMs: Record<string, number> = {};
  let request: bigint | undefined;
  let facts = -1;
  for (;;) {
    const elapsedMs = Math.round(performance.now() - options.startedAt);
    request ??= await newestRequest(pool, options.requester, options.after);
    const life = request === undefined ? undefined : await readLife(pool, request);
    if (life !== undefined && life.facts.length > facts) {
      facts = life.facts.length;
      for (const { type } of life.facts) seenMs[type] ??= elapsedMs;
      options.onChange(life, elapsedMs);
    }
    if (life !== undefined && FINAL_STATES.includes(life.state)) return { life, seenMs };
    if (elapsedMs > options.limitMs) {
      throw new PermanentError(
        'not_settled',
        `the request is ${life?.state ?? 'not on chain'} after ${Math.round(elapsedMs / 1000)} s`,
      );
    }
    options.signal.throwIfAborted();
    await sleep(POLL_MS, options.signal);
  }
}

/** How long each stage took, in milliseconds, from what the watch saw. Stages that never ended are absent. */
export function stageTimings(seenMs: Record<string, number>): Record<string, number> {
  const timings: Record<string, number> = {};
  let before = 0;
  for (const { name, ends } of STAGES) {
    const at = seenMs[ends];
    if (at === undefined) continue;
    timings[`stage: ${name}`] = at - before;
    before = at;
  }
  return timings;
}
