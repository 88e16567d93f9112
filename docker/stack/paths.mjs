import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of docker/stack, and the checkout it belongs to. */
export const stackDir = dirname(fileURLToPath(import.meta.url));
export const checkout = resolve(stackDir, '..', '..');

/** `linux-x64`, `darwin-arm64`, ...: the keys used in pins.json. */
export const platform = `${process.platform}-${process.arch}`;

/**
 * The cache folder: `$ATOMA_CACHE`, for root a system folder (root's home is closed to `nobody`, who runs Postgres),
 * else the user's cache folder.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {number | undefined} [uid]
 */
export function cacheRoot(env = process.env, uid = process.getuid?.()) {
  if (env.ATOMA_CACHE) return resolve(env.ATOMA_CACHE);
  if (uid === 0) return '/var/cache/atoma';
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'atoma');
}

/** A folder inside the cache, made if absent and traversable by everybody. */
export function cacheDir(...parts) {
  const dir = join(cacheRoot(), ...parts);
  mkdirSync(dir, { recursive: true, mode: 0o755 });
  chmodSync(cacheRoot(), 0o755);
  return dir;
}

/**
 * The data folder of a stack: one per stack name and checkout, so that two clones never share data.
 * @param {string} name
 */
export function dataDirOf(name) {
  if (!/^[a-z][a-z0-9-]{0,15}$/.test(name))
    throw new TypeError(`stack name ${JSON.stringify(name)}: a-z, 0-9, - expected`);
  const key = createHash('sha256').update(checkout).digest('hex').slice(0, 8);
  return join(cacheRoot(), 'stacks', `${name}-${key}`);
}
