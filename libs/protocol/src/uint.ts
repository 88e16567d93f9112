import { ProtocolError } from './errors.js';

const U128_MAX = (1n << 128n) - 1n;

/** Passes an amount through and refuses what the contract's u128 could not hold. */
export function u128(value: bigint, what: string): bigint {
  if (value < 0n || value > U128_MAX) {
    throw new ProtocolError('overflow', `${what} is outside 128 unsigned bits: ${value}`);
  }
  return value;
}

/** floor(a * b / c). */
export function mulDivFloor(a: bigint, b: bigint, c: bigint): bigint {
  if (c === 0n) throw new ProtocolError('division_by_zero', 'a product is divided by zero');
  return u128((u128(a, 'a factor') * u128(b, 'a factor')) / u128(c, 'a divisor'), 'a quotient');
}

/** ceil(a * b / c). */
export function mulDivCeil(a: bigint, b: bigint, c: bigint): bigint {
  const floor = mulDivFloor(a, b, c);
  return u128((a * b) % c === 0n ? floor : floor + 1n, 'a quotient');
}

/** Passes basis points through, as a bigint; refuses what is no count. */
export function countOf(value: number, what: string, max = 0xffff_ffff): bigint {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new ProtocolError('out_of_range', `${what} must be in 0..=${max}, got ${value}`);
  }
  return BigInt(value);
}
