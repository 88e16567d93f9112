import { z } from 'zod';
import { decimal, uint64 } from './wire.js';

const hex = z.string().regex(/^[0-9a-f]*$/);
const count = z.number().int();

export const headAnswer = z.object({ head: hex, seq: uint64 });

export const clockAnswer = z.object({
  block_time: uint64,
  contract_time: uint64,
  epoch: uint64,
  height: uint64,
  lost_total: uint64,
  paused: z.boolean(),
});

export const configAnswer = z.object({
  beacon: z.object({ genesis: uint64, period: uint64, public_key: z.string() }),
  denom: z.string(),
  genesis: uint64,
  governance: z.string(),
  migration: z.object({ at: uint64, checksum: hex, code_id: uint64 }).nullable(),
  treasury: z.string(),
});

export const conservationAnswer = z.object({
  accounted: decimal,
  balances: decimal,
  bank: decimal,
  burned: decimal,
  collateral: decimal,
  escrows: decimal,
  pools: z.object({ deposits: decimal, reserve: decimal, treasury: decimal }),
  unclaimed: decimal,
});

export const balanceAnswer = z.object({ address: z.string(), balance: decimal });
export const nonceAnswer = z.object({ next: uint64 });
export const beaconAnswer = z.object({ randomness: hex.nullable(), round: uint64 });
export const fenceAnswer = z.object({ term: uint64.nullable() });

export const ticketAnswer = z.object({
  barred_epoch: uint64.nullable(),
  beacon_key: z.string(),
  claimable: decimal,
  collateral: decimal,
  echelon: hex.nullable(),
  locked: decimal,
  open: count,
  owner: z.string(),
  sealing_key: z.string(),
  state: z.string(),
  subscriptions: z.array(z.object({ from_epoch: uint64, model: z.string() })),
  ticket: uint64,
  unclaimed: decimal,
  work_key: z.string(),
});

export const modelAnswer = z.object({
  architecture: z.string(),
  chunk_size: count,
  context_limit: count,
  deposit: decimal,
  files: z.array(z.object({ path: z.string(), size: uint64 })),
  metadata_uri: z.string(),
  model: z.string(),
  objections_until: uint64,
  owner: z.string(),
  owner_fee_bps: count,
  state: z.enum(['proposed', 'validated', 'available']),
  subscribed_owners: count,
  template_hash: hex,
  tokenizer_hash: hex,
  unit: z.string(),
  weights_root: hex,
});

export const echelonAnswer = z.object({
  collateral: decimal,
  descriptor: z.record(z.string(), z.unknown()),
  echelon: hex,
  reserve_price: decimal,
});

export const marketAnswer = z.object({
  bidders: count,
  cleared_epoch: uint64.nullable(),
  closed: z.boolean(),
  due: z.boolean(),
  echelon: hex,
  list_epoch: uint64,
  model: z.string(),
  owners: count,
  price: decimal.nullable(),
  serving: count,
  serving_owners: count,
});

const slotAnswer = z.object({
  attempt: count,
  commitment: hex.nullable(),
  leaf: hex.nullable(),
  output_tokens: count.nullable(),
  owner: z.string(),
  root: hex.nullable(),
  slot: count,
  stage: z.enum(['vacant', 'assigned', 'accepted', 'committed', 'revealed']),
  ticket: uint64,
  until: uint64,
});

export const requestAnswer = z.object({
  charge_max: decimal,
  deadline: uint64.nullable(),
  draws: count,
  echelon: hex,
  epoch: uint64,
  expires_at: uint64,
  fixed_height: uint64,
  input_hash: hex,
  input_tokens: count,
  list_epoch: uint64,
  max_fee: decimal,
  max_output_tokens: count,
  model: z.string(),
  n: count,
  output_to: z.string(),
  params_hash: hex,
  price: decimal,
  refund_to: z.string(),
  request: uint64,
  requester: z.string(),
  slice: decimal,
  slots: z.array(slotAnswer),
  state: z.enum(['pending', 'assigned', 'revealing', 'agreed', 'settled', 'refunded', 'disputed']),
  value_at_risk: decimal,
});

export const quoteAnswer = z.object({
  charge_max: decimal,
  commit_seconds: uint64,
  dispatch_fee: decimal,
  epoch: uint64,
  list_epoch: uint64,
  n: count,
  price: decimal,
  slice: decimal,
});
