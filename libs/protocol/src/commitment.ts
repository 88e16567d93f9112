import { be32, be64, framed, hash32, u8, utf8 } from './encoding.js';
import { ProtocolError } from './errors.js';
import { sha256 } from './hash.js';
import { FINISH_REASON, type FinishReason } from './output.js';

/** The root is one flat preimage, so the panel is bounded. */
export const LEAVES_MAX = 64;

/** The leaf of slot `index`, counted from 1. */
export const leafOf = (digest: Uint8Array, index: number): Uint8Array =>
  sha256(u8(0x00), hash32(digest), be32(index));

/** The hash of the leaves of slots 1..=n in order. */
export function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0 || leaves.length > LEAVES_MAX) {
    throw new ProtocolError('out_of_range', `1 to ${LEAVES_MAX} leaves, got ${leaves.length}`);
  }
  return sha256(u8(0x01), ...leaves.map(hash32));
}

/** The root that `n` nodes agreeing on one output all reveal. */
export function rootOfDigest(digest: Uint8Array, n: number): Uint8Array {
  if (!Number.isInteger(n) || n < 1 || n > LEAVES_MAX) {
    throw new ProtocolError('out_of_range', `a panel of 1 to ${LEAVES_MAX}, got ${n}`);
  }
  return rootOf(Array.from({ length: n }, (_, i) => leafOf(digest, i + 1)));
}

/** Everything a commitment binds; hashes are 32 bytes, `contract` canonical address bytes. */
export interface CommitmentFields {
  chainId: string;
  contract: Uint8Array;
  request: bigint;
  ticket: bigint;
  attempt: number;
  salt: Uint8Array;
  root: Uint8Array;
  leaf: Uint8Array;
  /** D in `tolerant`, zero in `exact`. */
  digest: Uint8Array;
  evidenceRoot: Uint8Array;
  outputTokens: number;
  finish: FinishReason;
}

export const commitmentOf = (fields: CommitmentFields): Uint8Array =>
  sha256(
    utf8('atoma/commit/v1'),
    framed(fields.chainId),
    framed(fields.contract),
    be64(fields.request),
    be64(fields.ticket),
    be32(fields.attempt),
    hash32(fields.salt),
    hash32(fields.root),
    hash32(fields.leaf),
    hash32(fields.digest),
    hash32(fields.evidenceRoot),
    be32(fields.outputTokens),
    u8(FINISH_REASON[fields.finish]),
  );
