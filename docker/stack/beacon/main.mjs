import { readFileSync } from 'node:fs';
import { createBeacon, serveBeacon } from './server.mjs';

/** The development beacon: one key on one machine, so nobody should trust it with more than a demo. */
const { BEACON_KEY_FILE, BEACON_GENESIS, BEACON_PERIOD, HTTP_PORT } = process.env;
if (!BEACON_KEY_FILE || !BEACON_GENESIS || !BEACON_PERIOD || !HTTP_PORT) {
  process.stderr.write('BEACON_KEY_FILE, BEACON_GENESIS, BEACON_PERIOD and HTTP_PORT are needed\n');
  process.exit(1);
}
const seed = readFileSync(BEACON_KEY_FILE, 'utf8').trim();
const beacon = createBeacon({
  seed,
  genesis: Number(BEACON_GENESIS),
  period: Number(BEACON_PERIOD),
});
const server = serveBeacon(beacon, Number(HTTP_PORT));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
process.stdout.write(`beacon on port ${HTTP_PORT}\n`);
