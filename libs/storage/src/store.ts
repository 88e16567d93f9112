import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PermanentError } from '#libs/service';

const KEY = /^[a-z0-9][a-z0-9._-]{0,127}$/;

/**
 * Stores bytes under a key once and for ever: whoever comes second, also after a crash, gets the first bytes.
 * When this returns, file and directory entry are on disk (fsync of both).
 *
 * The bytes are complete before their name exists: they are synced under a temporary name, then linked to
 * the final one. A link never replaces an existing entry (a rename would), so two writers cannot both win.
 */
export async function writeOnce(dir: string, key: string, bytes: Uint8Array): Promise<Uint8Array> {
  const path = pathOf(dir, key);
  await mkdir(dir, { recursive: true });
  const existing = await readStored(dir, key);
  if (existing === null) {
    const temporary = join(dir, `.${key}.${randomBytes(6).toString('hex')}.tmp`);
    await writeSynced(temporary, bytes);
    await linkIfAbsent(temporary, path);
    await unlink(temporary);
  }
  // Also for bytes found: their writer may have died between the link and this sync.
  await syncDirectory(dir);
  return existing ?? new Uint8Array(await readFile(path));
}

/** The bytes stored under a key, or null. */
export async function readStored(dir: string, key: string): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await readFile(pathOf(dir, key)));
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function pathOf(dir: string, key: string): string {
  if (!KEY.test(key)) throw new PermanentError('bad_storage_key', `not a storage key: ${key}`);
  return join(dir, key);
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function linkIfAbsent(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
}

async function syncDirectory(dir: string): Promise<void> {
  const directory = await open(dir, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
