import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { publicKeyOf, roundAt, verifyRound } from './drand.mjs';
import { createBeacon } from './server.mjs';

const seed = '11'.repeat(32);
const publicKey = publicKeyOf(seed);
const start = 1_700_000_000;
const beaconAt = (seconds) =>
  createBeacon({ seed, genesis: start, period: 1, now: () => (start + seconds) * 1000 });

/** Public key and round 1000 of drand's quicknet, as published. */
const QUICKNET_KEY =
  '83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a';
const QUICKNET_1000 =
  'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39';

describe('verifyRound', () => {
  it('accepts a published round of drand and refuses it for another round', () => {
    expect(verifyRound({ round: 1000, signature: QUICKNET_1000, publicKey: QUICKNET_KEY })).toBe(
      true,
    );
    expect(verifyRound({ round: 1001, signature: QUICKNET_1000, publicKey: QUICKNET_KEY })).toBe(
      false,
    );
  });

  it('refuses what is no signature at all', () => {
    expect(verifyRound({ round: 1, signature: '00', publicKey })).toBe(false);
  });
});

describe('roundAt', () => {
  it('puts round 1 at genesis and one more after each period', () => {
    expect(roundAt({ genesis: 100, period: 3 }, 100_000)).toBe(1);
    expect(roundAt({ genesis: 100, period: 3 }, 102_999)).toBe(1);
    expect(roundAt({ genesis: 100, period: 3 }, 103_000)).toBe(2);
  });
});

describe('the development beacon', () => {
  it('signs a due round so that anybody can verify it, with randomness sha256 of the signature', () => {
    const { status, body } = beaconAt(10)('/public/7');
    expect(status).toBe(200);
    expect(verifyRound({ ...body, publicKey })).toBe(true);
    expect(body.randomness).toBe(
      createHash('sha256').update(Buffer.from(body.signature, 'hex')).digest('hex'),
    );
  });

  it('answers latest with the round that is due now', () => {
    expect(beaconAt(10)('/public/latest').body.round).toBe(11);
  });

  it('never signs a round ahead of its time', () => {
    expect(beaconAt(10)('/public/12')).toMatchObject({ status: 425 });
    expect(beaconAt(10)('/public/12').body).not.toHaveProperty('signature');
    expect(beaconAt(-5)('/public/latest').status).toBe(425);
  });

  it('says its key, schedule and scheme as drand does', () => {
    expect(beaconAt(0)('/info').body).toMatchObject({
      public_key: publicKey,
      period: 1,
      genesis_time: start,
      schemeID: 'bls-unchained-g1-rfc9380',
    });
  });

  it('refuses paths that are no rounds', () => {
    for (const path of ['/public/0', '/public/-1', '/public/x', '/'])
      expect(beaconAt(10)(path).status).toBe(404);
  });
});
