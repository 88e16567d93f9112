import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sealingPublicKey, workPublicKey } from './keys.js';
import { inputContext, open, seal } from './seal.js';

const seed = randomBytes(32);
const context = inputContext(7n, 3n);
const plaintext = Buffer.from('the quick brown fox');

describe('seal and open', () => {
  it('open returns what was sealed', () => {
    const sealed = seal(sealingPublicKey(seed), plaintext, context);
    expect(Buffer.from(open(seed, sealed, context))).toEqual(plaintext);
  });

  it('an empty message survives', () => {
    expect(
      open(seed, seal(sealingPublicKey(seed), new Uint8Array(), context), context),
    ).toHaveLength(0);
  });

  it('adds 49 bytes and opens with version 1', () => {
    const sealed = seal(sealingPublicKey(seed), plaintext, context);
    expect([sealed.length, sealed[0]]).toEqual([plaintext.length + 49, 1]);
  });

  it('two sealings of one message share no ciphertext', () => {
    const [a, b] = [0, 1].map(() => seal(sealingPublicKey(seed), plaintext, context).subarray(33));
    expect(a).not.toEqual(b);
  });

  it('refuses every single flipped byte', () => {
    const sealed = seal(sealingPublicKey(seed), plaintext, context);
    for (let at = 0; at < sealed.length; at++) {
      const bent = Uint8Array.from(sealed, (byte, index) => (index === at ? byte ^ 1 : byte));
      expect(() => open(seed, bent, context), `byte ${at}`).toThrow(
        expect.objectContaining({ code: 'unsealable' }),
      );
    }
  });

  it.each([
    [
      'another key',
      () => open(randomBytes(32), seal(sealingPublicKey(seed), plaintext, context), context),
    ],
    [
      'another context',
      () => open(seed, seal(sealingPublicKey(seed), plaintext, context), inputContext(7n, 4n)),
    ],
    [
      'a truncated message',
      () => open(seed, seal(sealingPublicKey(seed), plaintext, context).subarray(0, 48), context),
    ],
    [
      'a low-order ephemeral key',
      () => {
        const sealed = seal(sealingPublicKey(seed), plaintext, context);
        sealed.fill(0, 1, 33);
        return open(seed, sealed, context);
      },
    ],
  ])('refuses %s', (_name, opening) => {
    expect(opening).toThrow(expect.objectContaining({ code: 'unsealable' }));
  });

  it('refuses to seal to a key that is not 32 bytes', () => {
    expect(() => seal(new Uint8Array(31), plaintext, context)).toThrow(
      expect.objectContaining({ code: 'out_of_range' }),
    );
  });
});

describe('keys', () => {
  // RFC 7748 section 5.2 (one iteration) and RFC 8032 section 7.1, test 1.
  it('derive the public keys of the RFC vectors', () => {
    const nine = Buffer.from('09'.padEnd(64, '0'), 'hex');
    const one = Buffer.from(
      '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      'hex',
    );
    expect(
      [sealingPublicKey(nine), workPublicKey(one)].map((key) => Buffer.from(key).toString('hex')),
    ).toEqual([
      '422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079',
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    ]);
  });
});
