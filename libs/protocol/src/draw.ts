import { be32, be64, framed, hash32, utf8 } from './encoding.js';
import { ProtocolError } from './errors.js';
import { sha256 } from './hash.js';

/** Numbers tried in one message; a draw that needs more goes on in the next one. */
export const DRAW_TRIES_MAX = 64;

const E9 = 1_000_000_000n;
const TWO_64 = 1n << 64n;

/** The seed of one draw: `purpose` is `panel` or `slot:<i>`, `id` the request. */
export const drawSeed = (of: {
  purpose: string;
  id: bigint;
  attempt: number;
  randomness: Uint8Array;
}): Uint8Array =>
  sha256(
    utf8('atoma/draw/v1'),
    framed(of.purpose),
    be64(of.id),
    be32(of.attempt),
    hash32(of.randomness),
  );

/** x_j of a seed: be64(sha256(seed ‖ be32 j)[0..8]). */
export const drawNumber = (seed: Uint8Array, j: number): bigint =>
  firstU64(sha256(hash32(seed), be32(j)));

export interface Draw {
  /** The size of the pool that indices are drawn from. */
  n: number;
  count: number;
  /** Whether an index may join those chosen so far; all may by default. */
  accept?: (index: number, chosen: readonly number[]) => boolean;
  /** The j to go on with and what was chosen before it, from an earlier message. */
  from?: { position: number; indices: readonly number[] };
}

export interface Drawn {
  indices: number[];
  /** The j that comes next. */
  position: number;
  /** False if the tries of this message are used up. */
  complete: boolean;
}

/** Draws distinct indices below `n` without bias, at most 64 numbers of the stream. */
export function drawIndices(seed: Uint8Array, draw: Draw): Drawn {
  const { n, count, accept = () => true } = draw;
  if (count > n) throw new ProtocolError('pool_too_small', `cannot draw ${count} distinct of ${n}`);
  const limit = (TWO_64 / BigInt(n)) * BigInt(n);
  const indices = [...(draw.from?.indices ?? [])];
  const start = draw.from?.position ?? 0;
  let position = start;
  while (indices.length < count && position - start < DRAW_TRIES_MAX) {
    const x = drawNumber(seed, position);
    position += 1;
    if (x >= limit) continue;
    const index = Number(x % BigInt(n));
    if (!indices.includes(index) && accept(index, indices)) indices.push(index);
  }
  return { indices, position, complete: indices.length >= count };
}

/** Whether the audit coin of a seed falls on audited, at a rate in billionths. */
export const auditCoin = (seed: Uint8Array, rateE9: bigint): boolean =>
  firstU64(hash32(seed)) * E9 < rateE9 * TWO_64;

const firstU64 = (hash: Uint8Array): bigint =>
  new DataView(hash.buffer, hash.byteOffset, hash.byteLength).getBigUint64(0);
