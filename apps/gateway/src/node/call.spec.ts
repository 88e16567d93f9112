import { describe, expect, it } from 'vitest';
import { ed25519PublicKey, ed25519Sign, httpDigest, toBase64, toHex, utf8 } from '#libs/protocol';
import { isSignedCall, parseNodeClaim, type NodeCall } from './call.js';

const seed = new Uint8Array(32).fill(3);
const workKey = toHex(ed25519PublicKey(seed));
const now = 1_800_000_000_000;
const unsigned = { method: 'PUT', path: '/node/v1/outputs/7?x=1', body: utf8('{"ticket":"3"}') };

function signedCall(timeMs = BigInt(now), bent: Partial<NodeCall> = {}): NodeCall {
  const signature = ed25519Sign(seed, httpDigest({ ...unsigned, timeMs }));
  const headers = {
    'x-atoma-ticket': '3',
    'x-atoma-time': timeMs.toString(),
    'x-atoma-signature': toBase64(signature),
  };
  return { ...unsigned, headers, ...bent };
}

const isLetIn = (call: NodeCall): boolean =>
  isSignedCall(call, parseNodeClaim(call.headers, now), workKey);

describe('a signed call', () => {
  it('is let in when the work key signed all of it', () => {
    expect(isLetIn(signedCall())).toBe(true);
  });

  it.each([
    ['another method', { method: 'GET' }],
    ['another path', { path: '/node/v1/outputs/8?x=1' }],
    ['another query', { path: '/node/v1/outputs/7?x=2' }],
    ['another body', { body: utf8('{"ticket":"4"}') }],
  ])('is not let in with %s', (_name, bent) => {
    expect(isLetIn(signedCall(BigInt(now), bent))).toBe(false);
  });

  it('is not let in under another work key', () => {
    const call = signedCall();
    const other = toHex(ed25519PublicKey(new Uint8Array(32).fill(4)));
    expect(isSignedCall(call, parseNodeClaim(call.headers, now), other)).toBe(false);
  });

  it.each([30_000, -30_000])('may be %i ms off', (skew) => {
    expect(isLetIn(signedCall(BigInt(now + skew)))).toBe(true);
  });

  it.each([30_001, -30_001])('may not be %i ms off', (skew) => {
    expect(() => isLetIn(signedCall(BigInt(now + skew)))).toThrow(
      expect.objectContaining({ status: 401, code: 'bad_signature' }),
    );
  });

  it.each(['x-atoma-ticket', 'x-atoma-time', 'x-atoma-signature'])('needs %s', (name) => {
    const call = signedCall();
    const headers = { ...call.headers, [name]: undefined };
    expect(() => parseNodeClaim(headers, now)).toThrow(expect.objectContaining({ status: 401 }));
  });
});
