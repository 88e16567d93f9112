import { z } from 'zod';
import { count, decimal, hex, text } from './fields.js';

const slice = z.strictObject({
  amount: decimal,
  locked: decimal,
  request: decimal,
  ticket: decimal,
});

/** Tickets: registration, keys, collateral, subscriptions, slices, slashes. */
export const nodeEvents = {
  'node.registered.v1': z.strictObject({
    beacon_key: hex,
    collateral: decimal,
    owner: text,
    sealing_key: hex,
    ticket: decimal,
    work_key: hex,
  }),
  'node.topped_up.v1': z.strictObject({ amount: decimal, collateral: decimal, ticket: decimal }),
  'node.key_rotated.v1': z.strictObject({ sealing_key: hex, ticket: decimal, work_key: hex }),
  'node.deregistered.v1': z.strictObject({
    exit_at: decimal,
    exit_epoch: decimal,
    ticket: decimal,
  }),
  'node.withdrawn.v1': z.strictObject({
    amount: decimal,
    collateral: decimal,
    owner: text,
    ticket: decimal,
  }),
  'node.subscribed.v1': z.strictObject({
    echelon: hex,
    from_epoch: decimal,
    model: text,
    ticket: decimal,
  }),
  'node.unsubscribed.v1': z.strictObject({ echelon: hex, model: text, ticket: decimal }),
  'slice.locked.v1': slice,
  'slice.released.v1': slice,
  'node.slashed.v1': z.strictObject({
    amount: decimal,
    burned: decimal,
    collateral: decimal,
    kind: text,
    nodes: decimal,
    request: decimal,
    ticket: decimal,
    treasury: decimal,
    user: decimal,
  }),
  'node.missed.v1': z.strictObject({
    epoch: decimal,
    misses: count,
    request: decimal,
    ticket: decimal,
  }),
};
