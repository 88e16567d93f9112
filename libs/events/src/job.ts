import type { ChainEvent } from './decode.js';
import type { RequestDuty, SlotDuty } from './duty.js';

/** A job of one node, as the outbox holds it; `payload` is JSON with ids, heights and amounts as decimal strings. */
export interface Job {
  /** `<kind>-<request>-<ticket>-<attempt>`: the same fact always makes the same id. */
  id: string;
  kind: 'infer' | 'reveal' | 'cancel';
  ticket: bigint;
  payload: Record<string, string | number>;
}

/**
 * What the nodes have to do because of an event, given the duty of its request just before the event.
 * Pure: the projector stores the result beside the rows of the same event. `run` is added by the dispatcher.
 */
export function decideJobs(event: ChainEvent, duty: RequestDuty | undefined): Job[] {
  if (duty === undefined) return [];
  switch (event.type) {
    case 'request.assigned.v1':
      return event.body.slots.map((slot) => inferJob(duty, slot, event.body.accept_by));
    case 'request.committed.v1':
      return duty.slots.map((slot) => job('reveal', duty, slot, { slot: slot.slot }));
    case 'slot.vacated.v1':
      return [job('cancel', duty, event.body, { reason: event.body.reason })];
    case 'request.refunded.v1':
    case 'request.disputed.v1':
      return duty.slots.map((slot) => job('cancel', duty, slot, { reason: event.body.reason }));
    default:
      return [];
  }
}

const inferJob = (duty: RequestDuty, slot: SlotDuty, acceptBy: bigint): Job =>
  job('infer', duty, slot, {
    slot: slot.slot,
    n: duty.n,
    model: duty.model,
    input_hash: duty.inputHash,
    params_hash: duty.paramsHash,
    input_tokens: duty.inputTokens,
    max_output_tokens: duty.maxOutputTokens,
    price: duty.price.toString(),
    accept_by: acceptBy.toString(),
  });

function job(kind: Job['kind'], duty: RequestDuty, slot: SlotDuty, more: Job['payload']): Job {
  const { ticket, attempt } = slot;
  return {
    id: `${kind}-${duty.request}-${ticket}-${attempt}`,
    kind,
    ticket,
    payload: { request: duty.request.toString(), ticket: ticket.toString(), attempt, ...more },
  };
}
