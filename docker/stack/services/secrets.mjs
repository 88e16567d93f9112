import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';

/**
 * Writes a secret that only its owner can read, in a folder that only its owner can list.
 * @param {string} path
 * @param {string} text
 */
export function writeSecret(path, text) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode: 0o600 });
  chmodSync(path, 0o600);
}

/**
 * Makes 32 random bytes in hex once; an existing secret is kept.
 * @param {string} path
 */
export function ensureSecret(path) {
  if (!existsSync(path)) writeSecret(path, `${randomBytes(32).toString('hex')}\n`);
  return path;
}
