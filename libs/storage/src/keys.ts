import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { ed25519PublicKey, hash32 } from '#libs/protocol';

// RFC 8410: the DER framing of a raw 32-byte X25519 key is constant, so a raw key is imported by its prefix.
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI = Buffer.from('302a300506032b656e032100', 'hex');

/** An X25519 private key from its raw 32-byte seed. */
export const sealingPrivateKey = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8, hash32(seed)]), format: 'der', type: 'pkcs8' });

/** An X25519 public key from its raw 32 bytes. */
export const sealingKeyObject = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI, hash32(raw)]), format: 'der', type: 'spki' });

/** The raw 32 bytes of an X25519 public key. */
export const rawSealingKey = (key: KeyObject): Uint8Array =>
  Uint8Array.from(key.export({ format: 'der', type: 'spki' }).subarray(SPKI.length));

/** The X25519 public key (raw, 32 bytes) that opens with this seed. */
export const sealingPublicKey = (seed: Uint8Array): Uint8Array =>
  rawSealingKey(createPublicKey(sealingPrivateKey(seed)));

/** The Ed25519 public key (raw, 32 bytes) of a work-key seed. */
export const workPublicKey = (seed: Uint8Array): Uint8Array => ed25519PublicKey(seed);
