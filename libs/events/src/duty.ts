import type { ChainEvent, EventOf } from './decode.js';

/** What a request's jobs need to know: its terms and who holds each slot now. */
export interface RequestDuty {
  request: bigint;
  model: string;
  inputHash: string;
  paramsHash: string;
  inputTokens: number;
  maxOutputTokens: number;
  price: bigint;
  n: number;
  slots: SlotDuty[];
}

export interface SlotDuty {
  slot: number;
  attempt: number;
  ticket: bigint;
}

/** The duties of the requests that are still open. */
export type Duties = ReadonlyMap<bigint, RequestDuty>;

const without = (duty: RequestDuty, slots: readonly { slot: number }[]): SlotDuty[] =>
  duty.slots.filter((held) => !slots.some((slot) => slot.slot === held.slot));

/** The duty of the event's request after the event; undefined once nothing is left to do for it. */
export function evolveDuty(
  duty: RequestDuty | undefined,
  event: ChainEvent,
): RequestDuty | undefined {
  switch (event.type) {
    case 'request.submitted.v1':
      return dutyOf(event);
    case 'request.assigned.v1': {
      if (duty === undefined) return undefined;
      const drawn = event.body.slots.map(({ slot, attempt, ticket }) => ({
        slot,
        attempt,
        ticket,
      }));
      return {
        ...duty,
        slots: [...without(duty, drawn), ...drawn].sort((a, b) => a.slot - b.slot),
      };
    }
    case 'slot.vacated.v1':
      return duty && { ...duty, slots: without(duty, [event.body]) };
    case 'request.settled.v1':
    case 'request.refunded.v1':
    case 'request.disputed.v1':
      return undefined;
    default:
      return duty;
  }
}

const dutyOf = ({ body }: EventOf<'request.submitted.v1'>): RequestDuty => ({
  request: body.request,
  model: body.model,
  inputHash: body.input_hash,
  paramsHash: body.params_hash,
  inputTokens: body.input_tokens,
  maxOutputTokens: body.max_output_tokens,
  price: body.price,
  n: body.n,
  slots: [],
});

/** The request an event is about, when it is about one. */
export function requestOf(event: ChainEvent): bigint | undefined {
  const { body } = event;
  return 'request' in body && body.request !== null ? body.request : undefined;
}
