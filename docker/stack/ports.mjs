import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { StackError } from './errors.mjs';

/** Below the range from which systems take ports for outgoing connections, so that none is taken meanwhile. */
const FIRST = 20_000;
const LAST = 32_000;
const ATTEMPTS = 400;

/**
 * Whether a loopback port can be listened on.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function isFree(port) {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      server.close(() => done(true)),
    );
  });
}

/**
 * One free port for each name. Ports of an earlier run are kept where they are still free, so that URLs stay valid.
 * @param {string[]} names
 * @param {Record<string, number>} [earlier]
 * @param {(port: number) => Promise<boolean>} [free]
 * @returns {Promise<Record<string, number>>}
 */
export async function pickPorts(names, earlier = {}, free = isFree) {
  const taken = new Set();
  const ports = {};
  const claim = async (name, port) => {
    if (taken.has(port) || !(await free(port))) return false;
    taken.add(port);
    ports[name] = port;
    return true;
  };
  for (const name of names) {
    const before = earlier[name];
    if (before !== undefined && (await claim(name, before))) continue;
    let left = ATTEMPTS;
    while (!(await claim(name, randomInt(FIRST, LAST)))) {
      left -= 1;
      if (left === 0)
        throw new StackError(
          'NO_PORTS',
          `no free loopback port between ${FIRST} and ${LAST} for ${name}`,
        );
    }
  }
  return ports;
}
