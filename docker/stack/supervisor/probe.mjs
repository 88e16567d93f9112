import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const ANSWER_MS = 1_500;
const EVERY_MS = 60;

/** Sends bytes to a loopback port and gives what comes back, decided by `enough`; null when nobody answers. */
function exchange(port, bytes, enough) {
  return new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let received = Buffer.alloc(0);
    const finish = (value) => {
      socket.destroy();
      done(value);
    };
    socket.setTimeout(ANSWER_MS, () => finish(null));
    socket.on('error', () => finish(null));
    socket.on('close', () => finish(null));
    socket.on('connect', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (enough(received)) finish(received);
    });
  });
}

/** ApiVersions v0, which a broker answers only once it is registered and unfenced. */
function kafkaRequest() {
  const body = Buffer.concat([Buffer.from([0, 18, 0, 0, 0, 0, 0, 1, 0, 5]), Buffer.from('probe')]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

/** A start-up message; a server that accepts connections answers `R`, one still starting answers an error. */
function postgresRequest(user, database) {
  const text = Buffer.from(`user\0${user}\0database\0${database}\0\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(text.length + 8);
  head.writeUInt32BE(196608, 4);
  return Buffer.concat([head, text]);
}

async function fetchOk(url, accept) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    const text = await response.text();
    return response.ok && accept(text);
  } catch (error) {
    if (error instanceof TypeError || error.name === 'TimeoutError' || error instanceof SyntaxError)
      return false;
    throw error;
  }
}

const hasBlock = (text) => Number(JSON.parse(text).result.sync_info.latest_block_height) >= 1;

const PROBES = {
  http: ({ url }) => fetchOk(url, () => true),
  chain: ({ url }) => fetchOk(`${url}/status`, hasBlock),
  kafka: async ({ port }) =>
    (await exchange(port, kafkaRequest(), (bytes) => bytes.length > 10)) !== null,
  redis: async ({ port }) =>
    (await exchange(port, 'PING\r\n', (bytes) => bytes.length >= 5))
      ?.toString()
      .startsWith('+PONG') ?? false,
  postgres: async ({ port, user, database }) =>
    (await exchange(port, postgresRequest(user, database), (bytes) => bytes.length >= 1))?.[0] ===
    'R'.charCodeAt(0),
};

/**
 * Asks a part once whether it serves.
 * @param {{kind: keyof typeof PROBES, url?: string, port?: number, user?: string, database?: string}} ready
 * @returns {Promise<boolean>}
 */
export const probe = (ready) => PROBES[ready.kind](ready);

/**
 * Waits until a part serves; false when it stopped meanwhile or the time is over.
 * @param {{kind: string, timeoutMs?: number}} ready
 * @param {() => boolean} stillRunning
 */
export async function untilReady(ready, stillRunning) {
  const deadline = Date.now() + (ready.timeoutMs ?? 60_000);
  while (stillRunning() && Date.now() < deadline) {
    if (await probe(ready)) return stillRunning();
    await sleep(EVERY_MS);
  }
  return false;
}
