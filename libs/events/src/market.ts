import { z } from 'zod';
import { count, decimal, hex, json, text } from './fields.js';

/** Echelons, models, bids and clearings. */
export const marketEvents = {
  'echelon.registered.v1': z.strictObject({
    collateral: decimal,
    descriptor: json,
    echelon: hex,
    reserve_price: decimal,
  }),
  'model.registered.v1': z.strictObject({
    architecture: text,
    chunk_size: count,
    context_limit: count,
    deposit: decimal,
    files: z.array(z.strictObject({ path: text, size: decimal })),
    metadata_uri: text,
    model: text,
    objections_until: decimal,
    owner: text,
    owner_fee_bps: count,
    template_hash: hex,
    tokenizer_hash: hex,
    unit: text,
    weights_root: hex,
  }),
  'model.validated.v1': z.strictObject({ model: text }),
  'model.available.v1': z.strictObject({ model: text }),
  'bid.placed.v1': z.strictObject({
    echelon: hex,
    from_epoch: decimal,
    model: text,
    price: decimal,
    ticket: decimal,
  }),
  'market.listed.v1': z.strictObject({
    echelon: hex,
    epoch: decimal,
    first: count,
    model: text,
    serving: z.array(z.strictObject({ bid: decimal, index: count, owner: text, ticket: decimal })),
  }),
  'market.cleared.v1': z.strictObject({
    bidders: count,
    closed: z.boolean(),
    echelon: hex,
    epoch: decimal,
    model: text,
    owners: count,
    price: decimal,
    serving: count,
  }),
};
