import { z } from 'zod';

/** A u128 as the contract writes it. */
export const decimal = z
  .string()
  .regex(/^\d{1,39}$/)
  .transform(BigInt);

/** Ids, heights, nonces and times: a u64 that a signed 64-bit column holds too. */
export const uint64 = decimal.refine((value) => value < 1n << 63n, 'is too large');

/** `Binary` of the contract: standard base64 with padding. */
export const base64Bytes = z
  .string()
  .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/)
  .transform((text): Uint8Array => new Uint8Array(Buffer.from(text, 'base64')));

/** The JSON value of a message: bigints as decimal strings, bytes as base64, absent fields left out. */
export function toWire(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries.map(([key, field]) => [key, toWire(field)]));
}
