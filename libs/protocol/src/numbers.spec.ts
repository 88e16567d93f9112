import { describe, expect, it } from 'vitest';
import { vectorCases, vectorFile } from '../../../test/support/vectors.js';
import {
  auditCoin,
  auditRateE9,
  bpsCeil,
  bpsFloor,
  drawIndices,
  drawNumber,
  drawSeed,
  effectiveSlice,
  feeCeil,
  feeFloor,
  fromHex,
  panelSize,
  ProtocolError,
  splitByBps,
  toHex,
} from './index.js';

type Fields<Text extends string, Count extends string = never> = Record<Text, string> &
  Record<Count, number>;

describe('the vectors of numbers', () => {
  it('draw distinct indices', () => {
    type Case = Fields<'purpose' | 'id' | 'randomness' | 'seed', 'attempt' | 'n' | 'count'> & {
      numbers: string[];
      indices: number[];
      position: number;
    };
    for (const c of vectorCases<Case>(vectorFile('draws'), 'draws')) {
      const { purpose, attempt, n, count, indices, position } = c;
      const randomness = fromHex(c.randomness);
      const seed = drawSeed({ purpose, id: BigInt(c.id), attempt, randomness });
      expect(toHex(seed)).toBe(c.seed);
      expect(c.numbers.map((_, j) => drawNumber(seed, j).toString())).toEqual(c.numbers);
      expect(drawIndices(seed, { n, count })).toEqual({ indices, position, complete: true });
    }
  });

  it('toss audit coins', () => {
    type Case = Fields<'seed' | 'p_e9'> & { audited: boolean };
    for (const c of vectorCases<Case>(vectorFile('draws'), 'coins')) {
      expect(auditCoin(fromHex(c.seed), BigInt(c.p_e9))).toBe(c.audited);
    }
  });

  it('size panels', () => {
    type Count = 'eligible' | 'capture_bps' | 'max_draws' | 'sampling_min';
    type Case = Fields<'at_risk' | 'risk_budget', Count> & { n: number | null };
    for (const c of vectorCases<Case>(vectorFile('sampling'), 'panels')) {
      const size = (): number =>
        panelSize({
          eligible: c.eligible,
          captureBps: c.capture_bps,
          maxDraws: c.max_draws,
          atRisk: BigInt(c.at_risk),
          riskBudget: BigInt(c.risk_budget),
          samplingMin: c.sampling_min,
        });
      if (c.n === null) expect(size).toThrow(ProtocolError);
      else expect(size()).toBe(c.n);
    }
  });

  it('compute audit rates', () => {
    type Text = 'cost' | 'stolen' | 'reward' | 'slice' | 'p_min_e9';
    type Count = 'capture_bps' | 'detection_ppm' | 'dispute_loss_ppm';
    type Case = Fields<Text, Count> & { rate_e9: string | null };
    for (const c of vectorCases<Case>(vectorFile('audit-rates'), 'rates')) {
      const rate = (): bigint =>
        auditRateE9({
          cost: BigInt(c.cost),
          stolen: BigInt(c.stolen),
          reward: BigInt(c.reward),
          slice: BigInt(c.slice),
          captureBps: c.capture_bps,
          detectionPpm: c.detection_ppm,
          disputeLossPpm: c.dispute_loss_ppm,
          minimumE9: BigInt(c.p_min_e9),
        });
      if (c.rate_e9 === null) expect(rate).toThrow(/billionths/);
      else expect(rate()).toBe(BigInt(c.rate_e9));
    }
  });

  it('reduce slices by what returns to friends', () => {
    type Count = 'user_bps' | 'honest_bps' | 'dispute_bps' | 'capture_bps';
    type Case = Fields<'slice' | 'effective', Count>;
    for (const c of vectorCases<Case>(vectorFile('audit-rates'), 'slices')) {
      const effective = effectiveSlice(BigInt(c.slice), {
        userBps: c.user_bps,
        honestBps: c.honest_bps,
        disputeBps: c.dispute_bps,
        captureBps: c.capture_bps,
      });
      expect(effective).toBe(BigInt(c.effective));
    }
  });

  it('round fees and shares', () => {
    const file = vectorFile('money');
    for (const c of vectorCases<Fields<'tokens' | 'price' | 'ceil' | 'floor'>>(file, 'fees')) {
      expect(feeCeil(BigInt(c.tokens), BigInt(c.price))).toBe(BigInt(c.ceil));
      expect(feeFloor(BigInt(c.tokens), BigInt(c.price))).toBe(BigInt(c.floor));
    }
    for (const c of vectorCases<Fields<'amount' | 'ceil' | 'floor', 'bps'>>(file, 'bps')) {
      expect(bpsCeil(BigInt(c.amount), c.bps)).toBe(BigInt(c.ceil));
      expect(bpsFloor(BigInt(c.amount), c.bps)).toBe(BigInt(c.floor));
    }
  });

  it('split amounts', () => {
    type Case = Fields<'amount' | 'remainder'> & { bps: number[]; parts: string[] };
    for (const c of vectorCases<Case>(vectorFile('money'), 'splits')) {
      const split = splitByBps(BigInt(c.amount), c.bps);
      expect(split).toEqual({ parts: c.parts.map(BigInt), remainder: BigInt(c.remainder) });
    }
  });
});
