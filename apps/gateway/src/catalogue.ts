import { z } from 'zod';
import type { Output } from '#libs/protocol';
import type { MarketRow, ModelRow, NetworkRow, RequestRow, TimelineRow } from './read.js';

const decimal = z.string().describe('A whole number in decimal.');

/** OpenAI's model object, with what the market says under `atoma`. */
export const modelSchema = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.int().describe('Unix seconds of the registration.'),
  owned_by: z.string(),
  atoma: z.object({
    state: z.string(),
    context_limit: z.int(),
    weights_root: z.string(),
    price: decimal.nullable().describe('utoma per 1,000,000 tokens and node.'),
    serving: z.int(),
    open: z.boolean(),
  }),
});

/** A request on chain: its figures and every event it went through. */
export const requestSchema = z.object({
  id: decimal,
  object: z.literal('atoma.request'),
  mode: z.literal('sampling'),
  model: z.string(),
  state: z.enum(['pending', 'assigned', 'revealing', 'agreed', 'settled', 'refunded', 'disputed']),
  nodes: z.int(),
  input_tokens: z.int(),
  output_tokens: z.int().nullable(),
  input_hash: z.string(),
  params_hash: z.string(),
  root: z.string().nullable(),
  action: z.string().nullable(),
  charge_max: decimal,
  refund: decimal.nullable(),
  charged: decimal.nullable().describe('What was paid; null until it is final.'),
  output: z
    .object({ finish: z.enum(['stop', 'length']), tokens: z.array(z.int()), text: z.string() })
    .nullable()
    .describe(
      'The agreed output, whose digest the root is made of; null until it is agreed and delivered.',
    ),
  timeline: z.array(
    z.object({
      seq: decimal,
      type: z.string(),
      height: decimal,
      time: decimal.describe('Unix seconds of the block.'),
      tx_hash: z.string().nullable(),
      body: z.record(z.string(), z.unknown()),
    }),
  ),
});

export const modelObject = (
  model: ModelRow,
  market: MarketRow | null,
  network: NetworkRow | null,
): z.output<typeof modelSchema> => ({
  id: model.model,
  object: 'model',
  created: Number(model.objections_until - (network?.params.originality_seconds ?? 0n)),
  owned_by: model.owner,
  atoma: {
    state: model.state,
    context_limit: Number(model.context_limit),
    weights_root: model.weights_root,
    price: market?.price.toString() ?? null,
    serving: market?.serving ?? 0,
    open: model.state === 'available' && market !== null && !market.closed,
  },
});

export const requestObject = (
  row: RequestRow,
  { timeline, output }: { timeline: readonly TimelineRow[]; output: Output | null },
): z.output<typeof requestSchema> => ({
  id: row.request.toString(),
  object: 'atoma.request',
  mode: 'sampling',
  model: row.model,
  state: row.state,
  nodes: row.n,
  input_tokens: Number(row.input_tokens),
  output_tokens: row.output_tokens === null ? null : Number(row.output_tokens),
  input_hash: row.input_hash,
  params_hash: row.params_hash,
  root: row.root,
  action: row.action_digest,
  charge_max: row.charge_max.toString(),
  refund: row.refund?.toString() ?? null,
  charged: row.refund === null ? null : (row.charge_max - row.refund).toString(),
  output: output === null ? null : { ...output, tokens: [...output.tokens] },
  timeline: timeline.map((event) => ({
    seq: event.seq.toString(),
    type: event.type,
    height: event.height.toString(),
    time: event.time_seconds.toString(),
    tx_hash: event.tx_hash,
    body: event.body,
  })),
});
