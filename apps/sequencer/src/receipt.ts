import { ed25519Sign, fromHex, nextTip, receiptDigest, toHex, ZERO_HASH } from '#libs/protocol';

/** Seconds within which the sequencer promises to have the action on chain. */
export const RECEIPT_SECONDS = 60n;

/** The sequencer's signed promise of a place in the lane, as it leaves over HTTP and as it is stored. */
export interface LaneReceipt {
  index: bigint;
  /** Lower-case hex, like `tip`: the lane's tip before this action. */
  digest: string;
  tip: string;
  /** Unix seconds. */
  deadline: bigint;
  lane: string;
  receipt: Uint8Array;
}

/** Where a lane stands: the next index and the tip before it. */
export interface LanePosition {
  index: bigint;
  tip: string;
}

/** An empty lane counts from 1 and starts at the zero tip. */
export const laneStart: LanePosition = { index: 1n, tip: toHex(ZERO_HASH) };

/** The lane after the action at `index`. */
export const laneAfter = (last: { index: bigint; tip: string; digest: string }): LanePosition => ({
  index: last.index + 1n,
  tip: toHex(nextTip(fromHex(last.tip), last.index, fromHex(last.digest))),
});

/** Signs the promise with the receipt key. */
export function signReceipt(
  of: { chainId: string; lane: string; seed: Uint8Array; deadline: bigint },
  at: LanePosition & { digest: string },
): LaneReceipt {
  const { chainId, lane, deadline } = of;
  const { index, tip, digest } = at;
  const signed = receiptDigest({
    chainId,
    lane,
    digest: fromHex(digest),
    index,
    tip: fromHex(tip),
    deadline,
  });
  return { index, digest, tip, deadline, lane, receipt: ed25519Sign(of.seed, signed) };
}
