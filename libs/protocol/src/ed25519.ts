import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { concatBytes, fromHex, hash32 } from './encoding.js';

/** DER heads of raw keys (RFC 8410). */
const PKCS8 = fromHex('302e020100300506032b657004220420');
const SPKI = fromHex('302a300506032b6570032100');
const SIGNATURE_BYTES = 64;

const privateKeyOf = (seed: Uint8Array): KeyObject =>
  createPrivateKey({
    key: Buffer.from(concatBytes(PKCS8, hash32(seed))),
    format: 'der',
    type: 'pkcs8',
  });

/** The raw public key of a 32-byte seed. */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  const der = createPublicKey(privateKeyOf(seed)).export({ format: 'der', type: 'spki' });
  return new Uint8Array(der.subarray(SPKI.length));
}

/** 64 bytes over the message itself (not prehashed). */
export const ed25519Sign = (seed: Uint8Array, message: Uint8Array): Uint8Array =>
  new Uint8Array(sign(null, message, privateKeyOf(seed)));

/** Whether the signature is the raw public key's; malformed keys and signatures are not. */
export function ed25519Verify(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== 32 || signature.length !== SIGNATURE_BYTES) return false;
  const key = createPublicKey({
    key: Buffer.from(concatBytes(SPKI, publicKey)),
    format: 'der',
    type: 'spki',
  });
  return verify(null, message, key, signature);
}
