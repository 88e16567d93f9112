import { put, remove, set } from '#libs/database';
import type { Projections } from './projection.js';

export const projectNode: Projections<
  | 'node.registered.v1'
  | 'node.topped_up.v1'
  | 'node.key_rotated.v1'
  | 'node.deregistered.v1'
  | 'node.withdrawn.v1'
  | 'node.subscribed.v1'
  | 'node.unsubscribed.v1'
  | 'slice.locked.v1'
  | 'slice.released.v1'
  | 'node.slashed.v1'
  | 'node.missed.v1'
> = {
  'node.registered.v1': ({ ticket, ...values }, at) => [
    put(
      'tickets',
      { ticket },
      { ...values, state: 'open', locked: 0n, unclaimed: 0n, registered_height: at.height },
    ),
  ],
  'node.topped_up.v1': ({ ticket, collateral }) => [set('tickets', { ticket }, { collateral })],
  'node.key_rotated.v1': ({ ticket, work_key, sealing_key }) => [
    set('tickets', { ticket }, { work_key, sealing_key }),
  ],
  'node.deregistered.v1': ({ ticket, exit_at }) => [
    set('tickets', { ticket }, { state: 'closing', exit_at }),
  ],
  'node.withdrawn.v1': ({ ticket, collateral }) => [
    set('tickets', { ticket }, { state: 'closed', collateral }),
  ],
  'node.subscribed.v1': ({ ticket, model, echelon, from_epoch }) => [
    put('subscriptions', { ticket, model }, { echelon, from_epoch }),
    set('tickets', { ticket }, { echelon }),
  ],
  'node.unsubscribed.v1': ({ ticket, model }) => [
    remove('subscriptions', { ticket, model }),
    remove('bids', { ticket, model }),
  ],
  'slice.locked.v1': ({ request, ticket, amount, locked }) => [
    put('slices', { request, ticket }, { amount, state: 'locked' }),
    set('tickets', { ticket }, { locked }),
  ],
  'slice.released.v1': ({ request, ticket, amount, locked }) => [
    put('slices', { request, ticket }, { amount, state: 'released' }),
    set('tickets', { ticket }, { locked }),
  ],
  'node.slashed.v1': ({ collateral, ...slash }, at) => [
    put('slashes', { seq: at.seq }, { ...slash, height: at.height }),
    set('tickets', { ticket: slash.ticket }, { collateral }),
  ],
  'node.missed.v1': ({ ticket, request, epoch, misses }, at) => [
    put('misses', { ticket, request }, { epoch, misses, height: at.height }),
  ],
};
