import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 500;

/**
 * Whether a process exists (also when it belongs to another user).
 * @param {number} pid
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Takes the lock file, or returns false if a living process holds it. A dead holder's file is removed. */
function tryLock(path) {
  mkdirSync(dirname(path), { recursive: true });
  try {
    const handle = openSync(path, 'wx');
    writeSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const holder = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
  if (holder && !isAlive(holder)) rmSync(path, { force: true });
  return false;
}

/**
 * Runs work while holding a lock file, so that two checkouts never build the same thing at once.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {{onWait?: () => void}} [options]
 */
export async function withLock(path, work, options = {}) {
  let waited = false;
  while (!tryLock(path)) {
    if (!waited) options.onWait?.();
    waited = true;
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}
