import { ProtocolError } from './errors.js';
import { BPS } from './money.js';
import { countOf, mulDivFloor, u128 } from './uint.js';

const PPM = 1_000_000;
const E9 = 1_000_000_000n;

/** The share of a slash that flows back to the cheater's friends does not deter. All in basis points. */
export interface SliceShares {
  userBps: number;
  honestBps: number;
  disputeBps: number;
  /** r, the part of the nodes that an attacker may hold. */
  captureBps: number;
}

/** S_eff = s * (10,000 - user - r * (honest + dispute)) / 10,000, floored. */
export function effectiveSlice(slice: bigint, shares: SliceShares): bigint {
  const unit = BigInt(BPS) ** 2n;
  const friends =
    countOf(shares.honestBps, 'honest share') + countOf(shares.disputeBps, 'dispute share');
  const lost =
    countOf(shares.userBps, 'user share') * BigInt(BPS) +
    friends * countOf(shares.captureBps, 'capture rate');
  if (lost > unit) {
    throw new ProtocolError(
      'out_of_range',
      `shares of a slash above its whole: ${lost} of ${unit}`,
    );
  }
  return mulDivFloor(slice, unit - lost, unit);
}

/** What the audit rate of cross-validation depends on; amounts in utoma. */
export interface AuditInputs {
  /** C, the echelon's reference cost of the work. */
  cost: bigint;
  /** W1, what an unaudited cheater bills: the maximal fee and the value at risk. */
  stolen: bigint;
  /** R, the fee that an honest executor is sure of. */
  reward: bigint;
  /** S_eff. */
  slice: bigint;
  /** r in basis points. */
  captureBps: number;
  /** d, the class's detection rate in millionths. */
  detectionPpm: number;
  /** j, captured or unresolved dispute panels in millionths. */
  disputeLossPpm: number;
  /** The least rate, in billionths. */
  minimumE9: bigint;
}

/**
 * p = (C + W1 - R) / ((1 - r) * d * (1 - j) * (S_eff + W1)) in billionths, floored plus one unit, at least the minimum.
 * For one attester (whitepaper A.3 with its cost and the value at risk); refused above 1, where no rate deters.
 */
export function auditRateE9(inputs: AuditInputs): bigint {
  const surplus = u128(inputs.cost + inputs.stolen, 'audit rate') - inputs.reward;
  const atStake = u128(inputs.slice + inputs.stolen, 'audit rate');
  const honest = BigInt(BPS) - countOf(inputs.captureBps, 'capture rate', BPS);
  const detected = countOf(Math.min(inputs.detectionPpm, PPM), 'detection rate', PPM);
  const resolved = BigInt(PPM) - countOf(inputs.disputeLossPpm, 'dispute loss', PPM);
  const unit = E9 * BigInt(BPS) * BigInt(PPM) ** 2n;
  const floor = mulDivFloor(
    surplus > 0n ? surplus : 0n,
    unit,
    honest * detected * resolved * atStake,
  );
  const rate = floor + 1n > inputs.minimumE9 ? floor + 1n : inputs.minimumE9;
  if (rate > E9) {
    throw new ProtocolError('audit_rate_above_one', `the rate would be ${rate} billionths`);
  }
  return rate;
}
