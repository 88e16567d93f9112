import { existsSync, readFileSync, readdirSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { dirname, join } from 'node:path';
import { StackError } from '../errors.mjs';
import { cacheRoot, platform } from '../paths.mjs';
import { compareVersions, pins } from '../pins.mjs';
import { pickPorts } from '../ports.mjs';
import { ask } from '../run.mjs';
import { PORT_NAMES } from '../state.mjs';

const GB = 1e9;
/** Disk and memory that a run needs: the chain's build with its module caches is what makes a cold one large. */
const NEEDS = { cold: { disk: 6 * GB, memory: 3 * GB }, warm: { disk: 1 * GB, memory: 1.5 * GB } };

/** @typedef {{name: string, ok: boolean, detail: string, todo?: string}} Check */

/** @returns {Check} */
export function checkNode(version = process.versions.node) {
  const ok = compareVersions(version, pins.node.min) >= 0;
  return { name: 'node', ok, detail: version, todo: `install Node ${pins.node.min} or newer` };
}

/** @returns {Promise<Check[]>} */
async function checkPython() {
  const text = await ask('python3', ['--version']);
  const version = /Python (\d+\.\d+\.\d+)/.exec(text ?? '')?.[1];
  const todo = `install python3 ${pins.python.min} or newer with pip (Debian: python3-pip; macOS: the Xcode command line tools)`;
  if (!version) return [{ name: 'python3', ok: false, detail: 'not on the path', todo }];
  const pip = /^pip (\S+)/.exec((await ask('python3', ['-m', 'pip', '--version'])) ?? '')?.[1];
  return [
    { name: 'python3', ok: compareVersions(version, pins.python.min) >= 0, detail: version, todo },
    { name: 'pip', ok: pip !== undefined, detail: pip ?? 'python3 has no pip', todo },
  ];
}

/** Whether a chain binary of the pinned version is in the cache; without it a run is cold. */
export function hasChainBinary() {
  const dir = join(cacheRoot(), 'chain');
  const prefix = `wasmd-${pins.wasmd.version}-`;
  return (
    existsSync(dir) &&
    readdirSync(dir).some(
      (entry) => entry.startsWith(prefix) && existsSync(join(dir, entry, 'wasmd')),
    )
  );
}

function nearest(path) {
  return existsSync(path) ? path : nearest(dirname(path));
}

const inGb = (bytes) => `${(bytes / GB).toFixed(1)} GB`;

/** @returns {Check} */
function checkDisk(need) {
  const where = nearest(cacheRoot());
  const { bavail, bsize } = statfsSync(where);
  const free = bavail * bsize;
  const todo = `free ${inGb(need)} under ${where}, or point ATOMA_CACHE to a larger disk`;
  return {
    name: 'disk',
    ok: free >= need,
    detail: `${inGb(free)} free under ${where}, ${inGb(need)} needed`,
    todo,
  };
}

function availableMemory() {
  if (!existsSync('/proc/meminfo')) return freemem();
  const kilobytes = /MemAvailable:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  return kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
}

/** @returns {Check} */
function checkMemory(need) {
  const free = availableMemory();
  return {
    name: 'memory',
    ok: free >= need,
    detail: `${inGb(free)} available, ${inGb(need)} needed`,
    todo: 'close other programs',
  };
}

/** @returns {Promise<Check>} */
async function checkPorts() {
  try {
    await pickPorts(PORT_NAMES);
    return { name: 'ports', ok: true, detail: `${PORT_NAMES.length} free on loopback` };
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    return {
      name: 'ports',
      ok: false,
      detail: error.message,
      todo: 'see what listens there: ss -ltn',
    };
  }
}

/** @returns {Check} */
function checkPlatform() {
  const known = platform in pins.postgres.packages;
  const detail =
    platform === 'linux-x64'
      ? platform
      : `${platform}${known ? ' (pinned, not proven)' : ' (no pins)'}`;
  return { name: 'platform', ok: known, detail, todo: 'run in a linux-x64 machine or container' };
}

/** Looks at everything a run needs before anything is downloaded. */
export async function preflight() {
  const need = hasChainBinary() ? NEEDS.warm : NEEDS.cold;
  const python = await checkPython();
  return [
    checkNode(),
    checkPlatform(),
    ...python,
    checkDisk(need.disk),
    checkMemory(need.memory),
    await checkPorts(),
  ];
}

/** Runs the checks and refuses to go on with any of them failed: all are named at once. */
export async function requirePreflight() {
  const failed = (await preflight()).filter((check) => !check.ok);
  if (failed.length === 0) return;
  const lines = failed.map(({ name, detail, todo }) => `${name}: ${detail}\n    -> ${todo}`);
  throw new StackError(
    'PREFLIGHT',
    `this machine cannot run the stack yet:\n  ${lines.join('\n  ')}`,
  );
}
