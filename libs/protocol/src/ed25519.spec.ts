import { describe, expect, it } from 'vitest';
import { ed25519PublicKey, ed25519Sign, ed25519Verify, fromHex, toHex } from './index.js';

/** RFC 8032, section 7.1, test 2. */
const seed = fromHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
const publicKey = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
const signature =
  '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
  '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';

describe('Ed25519', () => {
  it('signs as RFC 8032 says', () => {
    expect(toHex(ed25519PublicKey(seed))).toBe(publicKey);
    expect(toHex(ed25519Sign(seed, Uint8Array.of(0x72)))).toBe(signature);
  });

  it('verifies only that message, by only that key', () => {
    const bytes = fromHex(signature);
    const key = fromHex(publicKey);
    expect(ed25519Verify(key, Uint8Array.of(0x72), bytes)).toBe(true);
    expect(ed25519Verify(key, Uint8Array.of(0x73), bytes)).toBe(false);
    expect(ed25519Verify(new Uint8Array(32), Uint8Array.of(0x72), bytes)).toBe(false);
    expect(ed25519Verify(key, Uint8Array.of(0x72), bytes.subarray(1))).toBe(false);
  });
});
