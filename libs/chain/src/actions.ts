import { z } from 'zod';
import type { RequestBody } from './messages.js';
import { base64Bytes, decimal, toWire, uint64 } from './wire.js';

/** The slot of a request, at the contract's draw number of it. */
export interface SlotAddress {
  request: bigint;
  slot: number;
  attempt: number;
}

export interface Reveal extends SlotAddress {
  salt: Uint8Array;
  root: Uint8Array;
  leaf: Uint8Array;
  evidence_root: Uint8Array;
  output_tokens: number;
  /** 1 stop, 2 length. */
  finish_reason: number;
}

/** What a node's work key may do. */
export type WorkAction =
  | { accept_input: SlotAddress }
  | { commit: SlotAddress & { commitment: Uint8Array } }
  | { reveal: Reveal }
  | { refuse: SlotAddress };

/** What a wallet may do without paying gas. */
export type WalletAction = { request: RequestBody } | { withdraw: { amount: bigint } };

const count = z.number().int().min(0).max(0xffff_ffff);
const slotAddress = { request: uint64, slot: count, attempt: count };
const hash = base64Bytes.refine((bytes) => bytes.length === 32, 'has not 32 bytes');

const workActionSchema = z.union([
  z.strictObject({ accept_input: z.strictObject(slotAddress) }),
  z.strictObject({ commit: z.strictObject({ ...slotAddress, commitment: hash }) }),
  z.strictObject({
    reveal: z.strictObject({
      ...slotAddress,
      salt: hash,
      root: hash,
      leaf: hash,
      evidence_root: hash,
      output_tokens: count,
      finish_reason: z.union([z.literal(1), z.literal(2)]),
    }),
  }),
  z.strictObject({ refuse: z.strictObject(slotAddress) }),
]);

/** Text that signers choose and everybody stores: no control characters. */
const printable = z.string().regex(/^[\x20-\x7e]{0,128}$/);

const requestBodySchema = z.strictObject({
  model: z.string().regex(/^[a-z0-9][a-z0-9._-]{2,63}$/),
  echelon: z.string().regex(/^[0-9a-f]{64}$/),
  input_hash: hash,
  params_hash: hash,
  input_tokens: count,
  max_output_tokens: count,
  max_fee: decimal,
  consensus: z.strictObject({
    sampling: z.strictObject({ n: count.nullish().transform((n) => n ?? null) }),
  }),
  value_at_risk: decimal,
  context: z.tuple([]).default([]),
  output_to: printable,
  refund_to: printable.nullish(),
  payload: z.null().optional(),
  callback: z.null().optional(),
  authenticator: z.null().optional(),
  min_assurance: z.null().optional(),
});

const walletActionSchema = z.union([
  z.strictObject({ request: requestBodySchema }),
  z.strictObject({ withdraw: z.strictObject({ amount: decimal }) }),
]);

/** An action as intake reads it: only what this version of the contract takes passes. */
export type ParsedWalletAction = z.output<typeof walletActionSchema>;

/** The bytes that are signed: the JSON of the action. */
export const encodeAction = (action: WorkAction | WalletAction): Uint8Array =>
  new Uint8Array(Buffer.from(JSON.stringify(toWire(action))));

/** Undefined if the bytes are no action of a work key. */
export const decodeWorkAction = (bytes: Uint8Array): WorkAction | undefined =>
  workActionSchema.safeParse(parseJson(bytes)).data;

/** Undefined if the bytes are no action of a wallet that this version takes. */
export const decodeWalletAction = (bytes: Uint8Array): ParsedWalletAction | undefined =>
  walletActionSchema.safeParse(parseJson(bytes)).data;

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
