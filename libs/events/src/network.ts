import { z } from 'zod';
import { count, decimal, hex, text } from './fields.js';

const params = z.looseObject({ epoch_seconds: count });

/** The network itself: time, beacon, parameters, migration, fences, outcomes of signed actions. */
export const networkEvents = {
  'network.instantiated.v1': z.strictObject({
    beacon: z.strictObject({ genesis: decimal, period: decimal, public_key: hex }),
    chain_id: text,
    contract: text,
    denom: text,
    genesis: decimal,
    governance: text,
    params,
    reserve: decimal,
    treasury: text,
  }),
  'params.announced.v1': z.strictObject({ effective_at: decimal, params }),
  'params.changed.v1': z.strictObject({ params, version: count }),
  'migration.announced.v1': z.strictObject({
    checksum: hex,
    code_id: decimal,
    effective_at: decimal,
  }),
  'migration.applied.v1': z.strictObject({ checksum: hex, code_id: decimal }),
  'network.paused.v1': z.strictObject({ paused: z.boolean() }),
  'clock.halted.v1': z.strictObject({ lost: decimal, lost_total: decimal }),
  'epoch.started.v1': z.strictObject({ epoch: decimal, starts_at: decimal }),
  'round.fixed.v1': z.strictObject({ height: decimal, round: decimal }),
  'beacon.verified.v1': z.strictObject({ randomness: hex, round: decimal }),
  'fence.raised.v1': z.strictObject({ lane: text, poster: text, term: decimal }),
  'action.accepted.v1': z.strictObject({ digest: hex, index: count, kind: text, signer: text }),
  'action.refused.v1': z.strictObject({ code: text, digest: hex, index: count, signer: text }),
};
