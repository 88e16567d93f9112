import { hkdfSync } from 'node:crypto';
import { be32, be64, concatBytes, hash32, utf8 } from './encoding.js';

/**
 * The salt of a commitment: the same at every run, so that a second run sends identical bytes, and unknown to
 * everybody without the work key (HKDF-SHA256, RFC 5869).
 */
export function commitmentSalt(of: {
  workKeySeed: Uint8Array;
  request: bigint;
  ticket: bigint;
  attempt: number;
}): Uint8Array {
  const info = concatBytes(be64(of.request), be64(of.ticket), be32(of.attempt));
  const key = hkdfSync('sha256', hash32(of.workKeySeed), utf8('atoma/salt/v1'), info, 32);
  return new Uint8Array(key);
}
