import { be64, framed, hash32, utf8 } from './encoding.js';
import { sha256 } from './hash.js';

/** The sequencer's promise: this action has this place in the lane and is on chain by the deadline. */
export interface Receipt {
  chainId: string;
  lane: string;
  /** The action's digest. */
  digest: Uint8Array;
  index: bigint;
  /** The lane's tip before this action. */
  tip: Uint8Array;
  /** Unix seconds. */
  deadline: bigint;
}

/** The 32 bytes that the receipt key signs with Ed25519. */
export const receiptDigest = (receipt: Receipt): Uint8Array =>
  sha256(
    utf8('atoma/receipt/v1'),
    framed(receipt.chainId),
    framed(receipt.lane),
    hash32(receipt.digest),
    be64(receipt.index),
    hash32(receipt.tip),
    be64(receipt.deadline),
  );

/** The lane's tip after the action at `index`. */
export const nextTip = (tip: Uint8Array, index: bigint, digest: Uint8Array): Uint8Array =>
  sha256(hash32(tip), be64(index), hash32(digest));
