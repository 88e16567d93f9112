import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { SCHEME, publicKeyOf, roundAt, signRound } from './drand.mjs';

const KEPT_ROUNDS = 512;

/** What drand's /info says; `hash` names the chain by its parameters. */
function infoOf({ publicKey, genesis, period }) {
  const hash = createHash('sha256').update(`${publicKey}:${genesis}:${period}`).digest('hex');
  return {
    public_key: publicKey,
    period,
    genesis_time: genesis,
    hash,
    groupHash: hash,
    schemeID: SCHEME,
    metadata: { beaconID: 'atoma-development' },
  };
}

/** Signs on first demand and keeps the last few hundred, so that many readers cost one signature. */
function signer(seed) {
  const kept = new Map();
  return (round) => {
    const known = kept.get(round);
    if (known) return known;
    const made = signRound(seed, round);
    kept.set(round, made);
    if (kept.size > KEPT_ROUNDS) kept.delete(kept.keys().next().value);
    return made;
  };
}

/**
 * The answer to a path, in drand's HTTP format: `/info`, `/public/latest`, `/public/{round}`; a round that is not due
 * yet answers 425 and is never signed, so that nobody can look ahead.
 * @param {{seed: string, genesis: number, period: number, now?: () => number}} beacon
 */
export function createBeacon({ seed, genesis, period, now = Date.now }) {
  const info = infoOf({ publicKey: publicKeyOf(seed), genesis, period });
  const sign = signer(seed);
  return (path) => {
    if (path === '/health' || path === '/ready') return { status: 200, body: { status: 'ok' } };
    if (path === '/info') return { status: 200, body: info };
    const asked = /^\/public\/(latest|[1-9]\d{0,15})$/.exec(path)?.[1];
    if (!asked)
      return {
        status: 404,
        body: { error: 'unknown path; try /info, /public/latest, /public/{round}' },
      };
    const latest = roundAt({ genesis, period }, now());
    const round = asked === 'latest' ? latest : Number(asked);
    if (round < 1 || round > latest)
      return { status: 425, body: { error: `round ${round} is not due; latest is ${latest}` } };
    return { status: 200, body: sign(round) };
  };
}

/**
 * Serves a beacon on a loopback port.
 * @param {ReturnType<typeof createBeacon>} beacon
 * @param {number} port
 */
export function serveBeacon(beacon, port) {
  const server = createServer((request, response) => {
    const { status, body } = beacon(new URL(request.url ?? '/', 'http://beacon').pathname);
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
  });
  server.listen(port, '127.0.0.1');
  return server;
}
