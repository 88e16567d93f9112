import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { run } from '../run.mjs';
import { StackError } from '../errors.mjs';

/** Unpacks with the permissions the archive records (`python3 -m zipfile` would drop the executable bits). */
const UNPACK = `
import os, sys, tarfile, zipfile
source, target = sys.argv[1:3]
if tarfile.is_tarfile(source):
    tarfile.open(source).extractall(target)
else:
    with zipfile.ZipFile(source) as archive:
        for info in archive.infolist():
            path = archive.extract(info, target)
            mode = info.external_attr >> 16
            if mode and not info.is_dir():
                os.chmod(path, (mode & 0o777) | 0o644)
`;

/**
 * Unpacks a wheel or tarball into a folder.
 * @param {string} file
 * @param {string} target
 */
export async function unpack(file, target) {
  await run('python3', ['-c', UNPACK, file, target]);
}

/**
 * The digest of a file.
 * @param {string} file
 * @param {string} [algorithm]
 * @param {'hex' | 'base64'} [encoding]
 */
export async function digestOf(file, algorithm = 'sha256', encoding = 'hex') {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return hash.digest(encoding);
}

/**
 * Refuses a file that is not the pinned one.
 * @param {string} file
 * @param {string} expected sha256 in hex, or an npm integrity (`sha512-...`)
 */
export async function checkDigest(file, expected) {
  const integrity = /^(sha512)-(.+)$/.exec(expected);
  const actual = integrity ? await digestOf(file, 'sha512', 'base64') : await digestOf(file);
  const wanted = integrity ? integrity[2] : expected;
  if (actual !== wanted) {
    throw new StackError('CHECKSUM', `${file} has checksum ${actual}, pinned is ${wanted}`, {
      todo: 'the download was changed or cut short: remove it and run again; if it stays, do not use it and report it',
    });
  }
}
