import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { platform, stackDir } from './paths.mjs';
import { StackError } from './errors.mjs';

/** Every pinned version and checksum of the stack, as committed in pins.json. */
export const pins = JSON.parse(readFileSync(join(stackDir, 'pins.json'), 'utf8'));

/**
 * The pin of a Python wheel on this platform.
 * @param {string} name
 * @param {string} [on] platform key
 * @returns {{name: string, version: string, executable: string, sha256: string}}
 */
export function wheelPin(name, on = platform) {
  const wheel = pins.wheels[name];
  const built = wheel?.platforms[on];
  if (!built) {
    throw new StackError('PLATFORM_UNKNOWN', `${name} has no pinned wheel for ${on}`, {
      todo: `install the tool on the system (see the platform table of the README) and run again`,
    });
  }
  return { name, version: wheel.version, ...built };
}

/**
 * Orders dotted version numbers: negative, zero or positive like a comparator. Missing fields count as 0.
 * @param {string} a
 * @param {string} b
 */
export function compareVersions(a, b) {
  const left = a.split('.').map((x) => Number.parseInt(x, 10) || 0);
  const right = b.split('.').map((x) => Number.parseInt(x, 10) || 0);
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
