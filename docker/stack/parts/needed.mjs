import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * Makes a linked binary ask for a library by its name instead of the path it was linked at. lld writes the path of a
 * library that carries no soname of its own (zig links so; GNU ld writes the name), and that folder is removed after
 * the build. The string table is not moved: the name takes the place of the path and the rest of it becomes NUL.
 * @param {Buffer} binary changed in place
 * @param {string} path absolute, as it was linked
 * @returns {boolean} whether the path was there
 */
export function nameLibrary(binary, path) {
  const linked = Buffer.from(`\0${path}\0`);
  const at = binary.indexOf(linked);
  if (at < 0) return false;
  binary.fill(0, at + 1, at + linked.length);
  binary.write(basename(path), at + 1);
  return true;
}

/**
 * The same on a file; a file that already asks by name is left as it is.
 * @param {string} file
 * @param {string} path
 */
export function nameLibraryIn(file, path) {
  const binary = readFileSync(file);
  if (!nameLibrary(binary, path)) return;
  const { mode } = statSync(file);
  writeFileSync(file, binary);
  chmodSync(file, mode);
}
