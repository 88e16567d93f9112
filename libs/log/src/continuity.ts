import { InvariantViolation } from '#libs/service';
import { eventHeadGenesis, fromHex, nextEventHead, toHex } from '#libs/protocol';
import type { BlockRecord } from './record.js';

/** Where a chain of records stands: what the next one must continue. */
export interface Tip {
  height: bigint;
  /** Empty before the first height: there is nothing to compare with. */
  blockHash: string;
  head: string;
  seq: bigint;
}

/** The record's height is not the next one. The log has a hole here, or this place is not where to look. */
export class HeightGap extends InvariantViolation {
  constructor(
    readonly expected: bigint,
    readonly found: bigint,
  ) {
    super(
      `the log has a gap: height ${expected} was expected and ${found} found; ` +
        `let the ingester append again from height ${expected}`,
    );
  }
}

/**
 * The tip after a record; throws unless the record continues the tip in height, block hash, event sequence and the
 * contract's hash chain, which is recomputed over every event.
 */
export function continueTip(tip: Tip, record: BlockRecord): Tip {
  if (record.height !== tip.height + 1n) throw new HeightGap(tip.height + 1n, record.height);
  if (tip.blockHash !== '' && record.previous_block_hash !== tip.blockHash) {
    throw new InvariantViolation(
      `height ${record.height} follows block ${record.previous_block_hash}, not ${tip.blockHash}`,
    );
  }
  const { head, seq } = chained(tip, record);
  if (record.head !== head || record.seq !== seq) {
    throw new InvariantViolation(
      `height ${record.height} claims head ${record.head} at seq ${record.seq}; its events give ${head} at ${seq}`,
    );
  }
  return { height: record.height, blockHash: record.block_hash, head, seq };
}

/** The event chain's head and sequence after a block's events, each checked against what the event says itself. */
export function chained(
  tip: Pick<Tip, 'head' | 'seq'>,
  block: Pick<BlockRecord, 'height' | 'events'>,
): { head: string; seq: bigint } {
  let head = fromHex(tip.head);
  let seq = tip.seq;
  for (const event of block.events) {
    seq += 1n;
    if (event.seq !== seq) {
      throw new InvariantViolation(
        `height ${block.height}: event ${seq} was expected and ${event.seq} found`,
      );
    }
    head = nextEventHead(head, event);
    if (event.head !== toHex(head)) {
      throw new InvariantViolation(
        `height ${block.height}: event ${seq} says head ${event.head}, the hash chain gives ${toHex(head)}`,
      );
    }
  }
  return { head: toHex(head), seq };
}

/** The tip before a network's first height; `contract` is the canonical address. */
export const genesisTip = (
  network: { chain_id: string; start_height: bigint },
  contract: Uint8Array,
): Tip => ({
  height: network.start_height - 1n,
  blockHash: '',
  head: toHex(eventHeadGenesis(network.chain_id, contract)),
  seq: 0n,
});
