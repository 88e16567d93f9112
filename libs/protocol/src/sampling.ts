import { LEAVES_MAX } from './commitment.js';
import { ProtocolError } from './errors.js';
import { BPS } from './money.js';
import { countOf, mulDivCeil, u128 } from './uint.js';

/** The risk is followed in units of 10^-9 utoma, so that rounding up at every step stays far below one utoma. */
const SCALE = 1_000_000_000n;

export interface SamplingInputs {
  /** m, distinct owners that could be drawn, the requester's not among them. */
  eligible: number;
  /** r, the part of them that an attacker may hold, in basis points. */
  captureBps: number;
  /** Draws that one request can cause at most. */
  maxDraws: number;
  /** R_max + V in utoma. */
  atRisk: bigint;
  /** Expected loss per request that is accepted, in utoma. */
  riskBudget: bigint;
  /** The least panel. */
  samplingMin: number;
  /** The caller's own panel size; it may be larger than needed, never smaller. */
  requested?: number;
}

/**
 * The panel of a request: the caller's size, or the smallest n >= `samplingMin` with
 * maxDraws * prod_{i<n} (b - i)/(m - i) * atRisk <= riskBudget, b = floor(r * m) (whitepaper 2.6 without replacement).
 * Each factor is rounded up, as in the contract. Refused above m - 2 and above 64 nodes.
 */
export function panelSize(inputs: SamplingInputs): number {
  const needed = smallestPanel(inputs);
  const n = inputs.requested ?? needed;
  if (n < needed) {
    throw new ProtocolError('panel_too_small', `the value at risk needs ${needed} nodes, got ${n}`);
  }
  ensurePanelFits(n, inputs.eligible);
  return n;
}

function smallestPanel(inputs: SamplingInputs): number {
  const m = Number(countOf(inputs.eligible, 'eligible owners'));
  const b = Math.floor((m * Number(countOf(inputs.captureBps, 'capture rate', BPS))) / BPS);
  const budget = u128(inputs.riskBudget * SCALE, 'risk budget');
  let risk = u128(inputs.atRisk * countOf(inputs.maxDraws, 'draws') * SCALE, 'value at risk');
  let n = 0;
  while (n < Math.max(inputs.samplingMin, 1) || risk > budget) {
    ensurePanelFits(n + 1, m);
    risk = mulDivCeil(risk, BigInt(Math.max(b - n, 0)), BigInt(m - n));
    n += 1;
  }
  return n;
}

function ensurePanelFits(n: number, eligible: number): void {
  if (!Number.isInteger(n) || n > LEAVES_MAX) {
    throw new ProtocolError('out_of_range', `a panel has 1 to ${LEAVES_MAX} nodes, got ${n}`);
  }
  if (n + 2 > eligible) {
    throw new ProtocolError(
      'panel_too_large',
      `a panel of ${n} needs ${n + 2} eligible owners, got ${eligible}`,
    );
  }
}
