import type { Pool } from '#libs/database';
import type { Output } from '#libs/protocol';
import type { Changes } from '../changes.js';
import { refusalOf, requestByDigest, requestById, timelineOf, type RequestRow } from '../read.js';
import { agreedOutput } from './answer.js';
import { release } from './intake.js';
import { endedWithoutAnswer, neverTaken, refusedByContract, stillRunning } from './outcome.js';

/** NOTIFY wakes us at once; this is how late we are if it is lost. */
const POLL_MS = 500;

export interface Following {
  db: Pool;
  changes: Changes;
  sealingSeed: Uint8Array;
  limitMs: number;
}

/** Waits until the contract took the action; throws the `ApiError` if it refused it or it expired. */
export async function awaitRequest(on: Following, digest: string): Promise<RequestRow> {
  return await poll(on, null, async () => {
    const row = await requestByDigest(on.db, digest);
    if (row !== null) return row;
    const code = await refusalOf(on.db, digest);
    if (code !== null) {
      await release(on.db, digest, { state: 'refused', code });
      throw refusedByContract(code);
    }
    const { rows } = await on.db.query<{ state: string; code: string | null }>(
      'SELECT state, code FROM ops.intake WHERE action_digest = $1',
      [digest],
    );
    if (rows[0]?.state === 'refused') throw refusedByContract(rows[0].code ?? 'refused');
    if (rows[0]?.state === 'void') throw neverTaken();
    return null;
  });
}

/** Waits for the agreed and delivered output; throws the `ApiError` of a request that ended without one. */
export async function awaitOutput(
  on: Following,
  request: bigint,
): Promise<{ row: RequestRow; output: Output }> {
  return await poll(on, request, async () => {
    const row = await requestById(on.db, request);
    if (row === null) return null;
    if (row.state === 'refunded' || row.state === 'disputed') {
      throw endedWithoutAnswer(row, await endingReason(on, request));
    }
    if (row.state !== 'agreed' && row.state !== 'settled') return null;
    const output = await agreedOutput(on.db, on.sealingSeed, row);
    return output === null ? null : { row, output };
  });
}

async function endingReason(on: Following, request: bigint): Promise<string> {
  const timeline = await timelineOf(on.db, request);
  const ended = timeline.findLast(({ type }) => /^request\.(refunded|disputed)\./.test(type));
  return typeof ended?.body['reason'] === 'string' ? ended.body['reason'] : 'no reason given';
}

async function poll<T>(
  on: Following,
  request: bigint | null,
  look: () => Promise<T | null>,
): Promise<T> {
  const until = Date.now() + on.limitMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() >= until) throw stillRunning(request, on.limitMs);
    await on.changes.wait(Math.min(POLL_MS, until - Date.now() + 1));
  }
}
