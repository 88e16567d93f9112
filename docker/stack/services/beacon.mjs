import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stackDir } from '../paths.mjs';
import { ensureSecret } from './secrets.mjs';

const PERIOD_SECONDS = 1;

/** Key and start of the development beacon, made once per data folder; round 1 is at `genesis`. */
export async function beaconFacts(dataDir) {
  const keyFile = ensureSecret(join(dataDir, 'keys', 'beacon.seed'));
  const file = join(dataDir, 'beacon.json');
  if (!existsSync(file)) {
    const { publicKeyOf } = await import('../beacon/drand.mjs');
    const publicKey = publicKeyOf(readFileSync(keyFile, 'utf8').trim());
    const genesis = Math.floor(Date.now() / 1000);
    writeFileSync(file, JSON.stringify({ public_key: publicKey, genesis, period: PERIOD_SECONDS }));
  }
  return { keyFile, ...JSON.parse(readFileSync(file, 'utf8')) };
}

/** @param {import('../index.mjs').StackContext} context */
export async function prepareBeacon({ dataDir, ports }) {
  const { keyFile, genesis, period } = await beaconFacts(dataDir);
  return {
    name: 'beacon',
    kind: 'infra',
    command: process.execPath,
    args: [join(stackDir, 'beacon', 'main.mjs')],
    env: {
      BEACON_KEY_FILE: keyFile,
      BEACON_GENESIS: String(genesis),
      BEACON_PERIOD: String(period),
      HTTP_PORT: String(ports.beacon),
    },
    ready: { kind: 'http', url: `http://127.0.0.1:${ports.beacon}/health`, timeoutMs: 20_000 },
  };
}
