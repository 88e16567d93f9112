import { put, set } from '#libs/database';
import { InvariantViolation } from '#libs/service';
import type { At, Projections } from './projection.js';

export const projectRequest: Projections<
  | 'request.submitted.v1'
  | 'request.assigned.v1'
  | 'input.accepted.v1'
  | 'slot.vacated.v1'
  | 'commitment.made.v1'
  | 'request.committed.v1'
  | 'commitment.revealed.v1'
  | 'request.agreed.v1'
  | 'request.settled.v1'
  | 'request.refunded.v1'
  | 'request.disputed.v1'
> = {
  'request.submitted.v1': ({ request, action, ...values }, at) => [
    put(
      'requests',
      { request },
      { ...values, action_digest: action, state: 'pending', submitted_height: at.height },
    ),
  ],
  'request.assigned.v1': ({ request, round, accept_by, slots }) => [
    set('requests', { request }, { state: 'assigned', round, accept_by }),
    ...slots.map(({ slot, attempt, ticket, owner }) =>
      put(
        'request_slots',
        { request, slot, attempt },
        { ticket, owner, accept_by, state: 'assigned' },
      ),
    ),
  ],
  'input.accepted.v1': ({ request, slot, attempt, commit_by }) => [
    set('request_slots', { request, slot, attempt }, { state: 'accepted', commit_by }),
  ],
  'slot.vacated.v1': ({ request, slot, attempt, reason, fixed_height }) => [
    set('request_slots', { request, slot, attempt }, { state: 'vacated', reason, fixed_height }),
  ],
  'commitment.made.v1': ({ request, slot, attempt, commitment }) => [
    set('request_slots', { request, slot, attempt }, { state: 'committed', commitment }),
  ],
  'request.committed.v1': ({ request, reveal_by }) => [
    set('requests', { request }, { state: 'revealing', reveal_by }),
  ],
  'commitment.revealed.v1': ({ request, slot, ticket, ...revealed }, at) => [
    set(
      'request_slots',
      { request, slot, attempt: attemptOf({ request, slot, ticket }, at) },
      { ...revealed, state: 'revealed' },
    ),
  ],
  'request.agreed.v1': ({ request, ...agreed }) => [
    set('requests', { request }, { ...agreed, state: 'agreed' }),
  ],
  'request.settled.v1': ({ request, root, output_tokens, finish_reason, ...money }, at) => [
    set(
      'requests',
      { request },
      {
        root,
        output_tokens,
        finish_reason,
        fee: money.fee,
        owner_fee: money.owner_fee,
        burned: money.burned,
        treasury: money.treasury,
        refund: money.refund,
        state: 'settled',
        settled_height: at.height,
      },
    ),
  ],
  'request.refunded.v1': ({ request, ...refunded }, at) => [
    set('requests', { request }, { ...refunded, state: 'refunded', settled_height: at.height }),
  ],
  'request.disputed.v1': ({ request, reason, refund, treasury }, at) => [
    set(
      'requests',
      { request },
      { reason, refund, treasury, state: 'disputed', settled_height: at.height },
    ),
  ],
};

/** A reveal names its slot and ticket; the attempt is that of the slot's present holder. */
function attemptOf(of: { request: bigint; slot: number; ticket: bigint }, at: At): number {
  const held = at.duty?.slots.find((slot) => slot.slot === of.slot && slot.ticket === of.ticket);
  if (held !== undefined) return held.attempt;
  throw new InvariantViolation(
    `event ${at.seq}: ticket ${of.ticket} reveals slot ${of.slot} of request ${of.request} without holding it`,
  );
}
