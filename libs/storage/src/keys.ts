import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { PermanentError } from '#libs/service';

/** The two curves of a node's keys: Ed25519 signs (work key), X25519 opens what is sealed to it. */
type Curve = 'ed25519' | 'x25519';

// RFC 8410: the DER framing of a raw 32-byte key is constant, so a raw key is imported by its prefix.
const PKCS8: Record<Curve, Buffer> = {
  ed25519: Buffer.from('302e020100300506032b657004220420', 'hex'),
  x25519: Buffer.from('302e020100300506032b656e04220420', 'hex'),
};
const SPKI: Record<Curve, Buffer> = {
  ed25519: Buffer.from('302a300506032b6570032100', 'hex'),
  x25519: Buffer.from('302a300506032b656e032100', 'hex'),
};

const KEY_BYTES = 32;

const framed = (prefix: Buffer, raw: Uint8Array): Buffer => {
  if (raw.length !== KEY_BYTES) {
    throw new PermanentError('bad_key', `a raw key has 32 bytes, this one ${raw.length}`);
  }
  return Buffer.concat([prefix, raw]);
};

/** A private key from its raw 32-byte seed. */
export const privateKey = (curve: Curve, seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: framed(PKCS8[curve], seed), format: 'der', type: 'pkcs8' });

/** A public key from its raw 32 bytes. */
export const publicKey = (curve: Curve, raw: Uint8Array): KeyObject =>
  createPublicKey({ key: framed(SPKI[curve], raw), format: 'der', type: 'spki' });

/** The raw 32 bytes of a public key of either curve. */
export const rawPublicKey = (key: KeyObject): Uint8Array =>
  Uint8Array.from(key.export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES));

const publicOf = (curve: Curve, seed: Uint8Array): Uint8Array =>
  rawPublicKey(createPublicKey(privateKey(curve, seed)));

/** The X25519 public key (raw, 32 bytes) that opens with this seed. */
export const sealingPublicKey = (seed: Uint8Array): Uint8Array => publicOf('x25519', seed);

/** The Ed25519 public key (raw, 32 bytes) of a work-key seed. */
export const workPublicKey = (seed: Uint8Array): Uint8Array => publicOf('ed25519', seed);

/** Ed25519 over the message: 64 bytes, the same for the same seed and message (RFC 8032). */
export const signWithWorkKey = (seed: Uint8Array, message: Uint8Array): Uint8Array =>
  Uint8Array.from(sign(null, message, privateKey('ed25519', seed)));

/** Whether a signature is this work key's over this message; a malformed key or signature is not. */
export function isWorkSignature(
  workKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (workKey.length !== KEY_BYTES || signature.length !== 64) return false;
  return verify(null, message, publicKey('ed25519', workKey), signature);
}
