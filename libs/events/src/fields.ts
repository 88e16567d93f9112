import { z } from 'zod';

/** An id, height, seq, round, epoch, second or amount: a decimal string on the wire, bigint here. */
export const decimal = z
  .string()
  .regex(/^(0|[1-9]\d*)$/)
  .transform(BigInt);

/** Bytes in a body: lower-case hex. */
export const hex = z.string().regex(/^([0-9a-f]{2})*$/);

/** A count: tokens, slots, attempts, basis points. */
export const count = z.number().int().nonnegative();

export const text = z.string();

/** JSON that readers store and show as it came. */
export const json = z.record(z.string(), z.unknown());
