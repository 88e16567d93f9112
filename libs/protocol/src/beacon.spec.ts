import { bls12_381 } from '@noble/curves/bls12-381.js';
import { describe, expect, it } from 'vitest';
import { vectorCases, vectorFile } from '../../../test/support/vectors.js';
import {
  BEACON_DST,
  beaconMessage,
  beaconRandomness,
  firstRoundAfter,
  fromHex,
  ProtocolError,
  roundTime,
  toHex,
} from './index.js';

type Quicknet = Record<
  'round' | 'message' | 'signature' | 'randomness' | 'public_key' | 'dst',
  string
>;

describe('beacon rounds', () => {
  const quicknet = vectorFile('beacon')['quicknet'] as Quicknet;

  it('have the message and the randomness of quicknet', () => {
    expect(toHex(beaconMessage(BigInt(quicknet.round)))).toBe(quicknet.message);
    expect(toHex(beaconRandomness(fromHex(quicknet.signature)))).toBe(quicknet.randomness);
    expect(BEACON_DST).toBe(quicknet.dst);
  });

  it('are signed over that message under the domain tag', () => {
    const { shortSignatures: scheme } = bls12_381;
    const message = scheme.hash(beaconMessage(BigInt(quicknet.round)), BEACON_DST);
    const [signature, key] = [fromHex(quicknet.signature), fromHex(quicknet.public_key)];
    expect(scheme.verify(signature, message, key)).toBe(true);
    expect(scheme.verify(signature, scheme.hash(beaconMessage(1001n), BEACON_DST), key)).toBe(
      false,
    );
  });

  it('follow the schedule of the vectors', () => {
    type Case = Record<'time' | 'genesis' | 'period' | 'round' | 'round_time', string>;
    for (const c of vectorCases<Case>(vectorFile('beacon'), 'rounds')) {
      const schedule = { genesis: BigInt(c.genesis), period: BigInt(c.period) };
      expect(firstRoundAfter(BigInt(c.time), schedule)).toBe(BigInt(c.round));
      expect(roundTime(BigInt(c.round), schedule)).toBe(BigInt(c.round_time));
    }
  });

  it('count from one', () => {
    expect(() => roundTime(0n, { genesis: 0n, period: 1n })).toThrow(ProtocolError);
  });
});
