import { describe, expect, it } from 'vitest';
import { GatewaySecret } from './secret.js';

const secret = new GatewaySecret('11'.repeat(32));

describe('GatewaySecret', () => {
  it('derives unlike secrets for unlike uses', () => {
    const derived = [secret.walletSeed('key_a'), secret.walletSeed('key_b'), secret.sealingSeed()];
    expect(new Set(derived.map((seed) => Buffer.from(seed).toString('hex'))).size).toBe(3);
  });

  it('derives the same wallet for the same key id after a restart', () => {
    expect(new GatewaySecret('11'.repeat(32)).walletSeed('key_a')).toEqual(
      secret.walletSeed('key_a'),
    );
  });

  it('hashes a key under the pepper: another secret, another hash', () => {
    expect(new GatewaySecret('22'.repeat(32)).hashOf('sk-atoma-x')).not.toBe(
      secret.hashOf('sk-atoma-x'),
    );
  });

  it('refuses a secret that is not 32 bytes of hex, without showing it', () => {
    expect(() => new GatewaySecret('short-secret')).toThrow(
      expect.objectContaining({
        code: 'malformed_secret',
        message: expect.not.stringContaining('short-secret') as string,
      }),
    );
  });
});
