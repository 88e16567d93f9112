import { describe, expect, it } from 'vitest';
import { ed25519PublicKey, ed25519Sign, fromHex, receiptDigest, toBase64 } from '#libs/protocol';
import { verifyReceipt } from './receipt.js';

const seed = new Uint8Array(32).fill(7);
const actionDigest = 'ab'.repeat(32);
const by = { chainId: 'atoma-local-1', receiptKey: ed25519PublicKey(seed), actionDigest };
const tip = '00'.repeat(32);
const signed = receiptDigest({
  chainId: by.chainId,
  lane: 'main',
  digest: fromHex(actionDigest),
  index: 1n,
  tip: fromHex(tip),
  deadline: 1_800_000_000n,
});
const receipt = {
  index: '1',
  digest: actionDigest,
  tip,
  deadline: '1800000000',
  lane: 'main',
  receipt: toBase64(ed25519Sign(seed, signed)),
};

describe('verifyReceipt', () => {
  it('accepts what the receipt key signed', () => {
    expect(verifyReceipt(receipt, by)).toBe(true);
  });

  it.each([
    ['another index', { ...receipt, index: '2' }],
    ['another deadline', { ...receipt, deadline: '1800000001' }],
    ['a receipt for another action', { ...receipt, digest: 'cd'.repeat(32) }],
    ['a signature that is no base64', { ...receipt, receipt: '?' }],
    ['something else', null],
  ])('refuses %s', (_name, bent) => {
    expect(verifyReceipt(bent, by)).toBe(false);
  });

  it('refuses the signature of another key', () => {
    expect(
      verifyReceipt(receipt, { ...by, receiptKey: ed25519PublicKey(new Uint8Array(32)) }),
    ).toBe(false);
  });
});
