import { ProtocolError } from './errors.js';
import { countOf, mulDivCeil, mulDivFloor } from './uint.js';

/** A price is utoma for this many tokens. */
export const PRICE_UNIT = 1_000_000n;
export const BPS = 10_000;

const WHOLE = BigInt(BPS);

/** What a user pays for `tokens` at `price` per million. */
export const feeCeil = (tokens: bigint, price: bigint): bigint =>
  mulDivCeil(tokens, price, PRICE_UNIT);

/** What a payee gets for `tokens` at `price` per million. */
export const feeFloor = (tokens: bigint, price: bigint): bigint =>
  mulDivFloor(tokens, price, PRICE_UNIT);

export const bpsCeil = (amount: bigint, bps: number): bigint =>
  mulDivCeil(amount, countOf(bps, 'basis points'), WHOLE);

export const bpsFloor = (amount: bigint, bps: number): bigint =>
  mulDivFloor(amount, countOf(bps, 'basis points'), WHOLE);

/** Splits by basis points that sum to 10,000: floored parts, and what the flooring left, which is the treasury's. */
export function splitByBps(
  amount: bigint,
  bps: readonly number[],
): { parts: bigint[]; remainder: bigint } {
  const sum = bps.reduce((total, part) => total + part, 0);
  if (sum !== BPS) {
    throw new ProtocolError('bps_sum', `basis points must sum to ${BPS}, got ${sum}`);
  }
  const parts = bps.map((part) => bpsFloor(amount, part));
  return { parts, remainder: amount - parts.reduce((total, part) => total + part, 0n) };
}
