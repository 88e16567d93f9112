import { decodeEvent, requestOf, UnknownEventType, type ChainEvent } from '#libs/events';
import type { BlockRecord, LoggedEvent } from '#libs/log';
import { InvariantViolation } from '#libs/service';

/** An event with the block it came in, decoded or parked. */
export interface BatchEvent {
  raw: LoggedEvent;
  block: BlockRecord;
  /** undefined: its type is unknown to this version. */
  event: ChainEvent | undefined;
  request: bigint | undefined;
}

/** Decodes a batch's events in order. A known type with a wrong body stops the projector; an unknown type is parked. */
export const decodeBatch = (records: readonly BlockRecord[]): BatchEvent[] =>
  records.flatMap((block) => block.events.map((raw) => decoded(raw, block)));

function decoded(raw: LoggedEvent, block: BlockRecord): BatchEvent {
  try {
    const event = decodeEvent(raw);
    return { raw, block, event, request: requestOf(event) };
  } catch (cause) {
    if (cause instanceof UnknownEventType)
      return { raw, block, event: undefined, request: undefined };
    throw new InvariantViolation(`height ${block.height}: event ${raw.seq} cannot be decoded`, {
      cause,
    });
  }
}

/** The rows of the archive: everything as it was written, before anything is made of it. */
export function archiveOf(records: readonly BlockRecord[], events: readonly BatchEvent[]) {
  return {
    blocks: records.map((block) => ({
      height: block.height,
      block_hash: block.block_hash,
      previous_block_hash: block.previous_block_hash,
      app_hash: block.app_hash,
      block_time: block.time,
      time_seconds: block.time_seconds,
      head: block.head,
      seq: block.seq,
    })),
    events: events.map(({ raw, block, request }) => ({
      ...raw,
      height: block.height,
      time_seconds: block.time_seconds,
      block_time: block.time,
      request: request ?? null,
    })),
    transactions: records.flatMap((block) =>
      block.txs.map((tx) => ({ ...tx, height: block.height })),
    ),
    parked: events
      .filter(({ event }) => event === undefined)
      .map(({ raw, block }) => ({
        seq: raw.seq,
        height: block.height,
        type: raw.type,
        body: raw.body,
        reason: 'unknown_event_type',
      })),
  };
}
