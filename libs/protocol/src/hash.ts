import { createHash } from 'node:crypto';

export const ZERO_HASH: Uint8Array = new Uint8Array(32);

/** SHA-256 of the parts, one after the other, without framing. */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  const hasher = createHash('sha256');
  for (const part of parts) hasher.update(part);
  return new Uint8Array(hasher.digest());
}
