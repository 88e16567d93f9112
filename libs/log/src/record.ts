import { z } from 'zod';

const decimal = z
  .string()
  .regex(/^(0|[1-9]\d*)$/)
  .transform(BigInt);
const hexUpper = z.string().regex(/^([0-9A-F]{2})*$/);
const hexLower = z.string().regex(/^([0-9a-f]{2})*$/);

const eventSchema = z.strictObject({
  seq: decimal,
  type: z.string().min(1),
  /** Canonical JSON as the contract wrote it: hashed, never re-serialised. */
  body: z.string(),
  head: hexLower,
  /** null and a negative index: emitted outside of transactions, before (-2) or after (-1) them. */
  tx_hash: hexUpper.nullable(),
  tx_index: z.number().int().min(-2),
  msg_index: z.number().int().min(0),
});

const txSchema = z.strictObject({
  hash: hexUpper,
  index: z.number().int().min(0),
  code: z.number().int().min(0),
  codespace: z.string(),
  gas_wanted: decimal,
  gas_used: decimal,
  log: z.string(),
  signers: z.array(z.string()),
});

/** One height as the log carries it (docs/interfaces.md section 6), here put together from its parts. */
export const blockRecordSchema = z.strictObject({
  chain_id: z.string().min(1),
  height: decimal,
  time: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
  time_seconds: decimal,
  block_hash: hexUpper,
  previous_block_hash: hexUpper,
  app_hash: hexUpper,
  /** The event chain after this height. */
  head: hexLower,
  seq: decimal,
  events: z.array(eventSchema),
  txs: z.array(txSchema),
});

export type BlockRecord = z.output<typeof blockRecordSchema>;
export type LoggedEvent = BlockRecord['events'][number];
export type LoggedTx = BlockRecord['txs'][number];

/** A record of the log as it lies there: a whole height, or one part of a large one. */
export const partSchema = blockRecordSchema.extend({
  part: z.number().int().min(0),
  parts: z.number().int().min(1),
});
export type RecordPart = z.output<typeof partSchema>;
