import { z } from 'zod';
import { marketEvents } from './market.js';
import { moneyEvents } from './money.js';
import { networkEvents } from './network.js';
import { nodeEvents } from './node.js';
import { requestEvents } from './request.js';
import { upcast } from './upcast.js';

/** The body of every event type in its newest version. */
export const eventSchemas = {
  ...networkEvents,
  ...moneyEvents,
  ...marketEvents,
  ...nodeEvents,
  ...requestEvents,
};

export type EventType = keyof typeof eventSchemas;
export type BodyOf<T extends EventType> = z.output<(typeof eventSchemas)[T]>;
export type EventOf<T extends EventType> = {
  [K in T]: { seq: bigint; type: K; body: BodyOf<K> };
}[T];
/** Any event of the contract, told apart by `type`. */
export type ChainEvent = EventOf<EventType>;

/** An event as the chain and the log carry it: the body is its canonical JSON. */
export interface RawEvent {
  seq: bigint;
  type: string;
  body: string;
}

/** A type this code has never heard of: a reader parks the event and goes on, marked incomplete. */
export class UnknownEventType extends Error {
  override readonly name = 'UnknownEventType';
  readonly code = 'unknown_event_type';
  constructor(
    readonly seq: bigint,
    readonly type: string,
  ) {
    super(`event ${seq} has the unknown type ${type}`);
  }
}

/** A known type whose body is not what its version says: a reader stops, for corrupt data or a wrong reader. */
export class MalformedEvent extends Error {
  override readonly name = 'MalformedEvent';
  readonly code = 'malformed_event';
}

export const eventTypes = Object.keys(eventSchemas) as EventType[];

const isEventType = (type: string): type is EventType => Object.hasOwn(eventSchemas, type);

/** Decodes an event of any version ever written into its newest one; throws the two errors above. */
export function decodeEvent(raw: RawEvent): ChainEvent {
  const { type, body } = upcast({ type: raw.type, body: jsonOf(raw) });
  if (!isEventType(type)) throw new UnknownEventType(raw.seq, raw.type);
  const parsed = eventSchemas[type].safeParse(body);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw new MalformedEvent(`event ${raw.seq} (${raw.type}): ${problems.join('; ')}`);
  }
  // The schema was chosen by the type, so the pair belongs together; the compiler cannot follow an indexed union.
  return { seq: raw.seq, type, body: parsed.data } as ChainEvent;
}

function jsonOf(raw: RawEvent): unknown {
  try {
    return JSON.parse(raw.body);
  } catch (error) {
    throw new MalformedEvent(`event ${raw.seq} (${raw.type}): the body is not JSON`, {
      cause: error,
    });
  }
}
