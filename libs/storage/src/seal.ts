import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
} from 'node:crypto';
import { concatBytes, framed, utf8 } from '#libs/protocol';
import { PermanentError } from '#libs/service';
import { rawSealingKey, sealingKeyObject, sealingPrivateKey } from './keys.js';

const VERSION = 1;
const KEY_BYTES = 32;
const TAG_BYTES = 16;
const OVERHEAD = 1 + KEY_BYTES + TAG_BYTES;
const CIPHER = 'chacha20-poly1305';
// The key is derived from a fresh ephemeral key a message, so it never meets a second nonce.
const NONCE = Buffer.alloc(12);

/** What a sealed input is bound to: the ticket that may open it, for one request. */
export const inputContext = (request: bigint, ticket: bigint): string =>
  `input/${request}/${ticket}`;

/** What a sealed output is bound to. */
export const outputContext = (request: bigint): string => `output/${request}`;

/**
 * Seals to a raw X25519 key: only its seed opens, and only under the same context (docs/interfaces.md 2).
 * Bytes: 0x01, ephemeral key (32), ciphertext, tag (16).
 */
export function seal(
  recipientPublicKey: Uint8Array,
  plaintext: Uint8Array,
  context: string,
): Uint8Array {
  const ephemeral = generateKeyPairSync('x25519');
  const epk = rawSealingKey(ephemeral.publicKey);
  const shared = diffieHellman({
    privateKey: ephemeral.privateKey,
    publicKey: sealingKeyObject(recipientPublicKey),
  });
  const key = deriveKey(shared, Buffer.concat([epk, recipientPublicKey]), context);
  const cipher = createCipheriv(CIPHER, key, NONCE, { authTagLength: TAG_BYTES });
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Uint8Array.from(Buffer.concat([Uint8Array.of(VERSION), epk, body, cipher.getAuthTag()]));
}

/** Opens what was sealed to this seed under this context; anything else is `PermanentError` `unsealable`. */
export function open(secretSeed: Uint8Array, sealed: Uint8Array, context: string): Uint8Array {
  if (sealed.length < OVERHEAD || sealed[0] !== VERSION) {
    throw new PermanentError('unsealable', 'not a sealed message of version 1');
  }
  const secret = sealingPrivateKey(secretSeed);
  const recipient = rawSealingKey(createPublicKey(secret));
  const epk = sealed.subarray(1, 1 + KEY_BYTES);
  try {
    const shared = diffieHellman({ privateKey: secret, publicKey: sealingKeyObject(epk) });
    const key = deriveKey(shared, Buffer.concat([epk, recipient]), context);
    const decipher = createDecipheriv(CIPHER, key, NONCE, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const body = sealed.subarray(1 + KEY_BYTES, -TAG_BYTES);
    return Uint8Array.from(Buffer.concat([decipher.update(body), decipher.final()]));
  } catch (cause) {
    // OpenSSL says one thing for a wrong key, a wrong context, a flipped bit and a low-order point.
    throw new PermanentError('unsealable', 'the message was not sealed to this key and context', {
      cause,
    });
  }
}

function deriveKey(shared: Buffer, salt: Buffer, context: string): Buffer {
  const info = concatBytes(utf8('atoma/seal/v1'), framed(context));
  return Buffer.from(hkdfSync('sha256', shared, salt, info, KEY_BYTES));
}
