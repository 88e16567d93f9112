import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { APP_NAMES } from './apps.mjs';
import { checkout, dataDirOf } from './paths.mjs';
import { DATABASE, OWNER } from './services/postgres.mjs';

export const INFRA = ['chain', 'kafka', 'postgres', 'redis', 'beacon'];
export const PORT_NAMES = [
  'rpc',
  'p2p',
  'grpc',
  'kafka',
  'kafkaController',
  'postgres',
  'redis',
  'beacon',
  ...APP_NAMES,
];

const ROLES = ['ingester', 'projector', 'dispatcher', 'sequencer', 'gateway', 'analyst'];
/** A unix socket's path has room for about this many bytes. */
const SOCKET_PATH_MAX = 100;

/** The control socket of a data folder; in the system's temporary folder when the path would be too long. */
export function socketOf(dataDir) {
  const beside = join(dataDir, 'control.sock');
  return beside.length <= SOCKET_PATH_MAX
    ? beside
    : join(tmpdir(), `atoma-${basename(dataDir)}.sock`);
}

/**
 * What a stack last said of itself, or null if it never ran.
 * @param {string} name
 * @returns {import('./index.mjs').StackState | null}
 */
export function readState(name) {
  const file = join(dataDirOf(name), 'state.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/**
 * The lasting facts of a stack: where everything listens and lies. The supervisor adds the parts and their pids.
 * @param {{name: string, ports: Record<string, number>, accounts: Record<string, string>, codeId: string | null, chainId: string}} stack
 */
export function factsOf({ name, ports, accounts, codeId, chainId }) {
  const dataDir = dataDirOf(name);
  const http = (port) => `http://127.0.0.1:${port}`;
  const postgres = (role) => `postgres://${role}@127.0.0.1:${ports.postgres}/${DATABASE}`;
  const keys = join(dataDir, 'keys');
  return {
    name,
    checkout,
    dataDir,
    chainId,
    codeId,
    accounts,
    ports,
    urls: {
      rpc: http(ports.rpc),
      beacon: http(ports.beacon),
      gateway: http(ports.gateway),
      sequencer: http(ports.sequencer),
      kafka: `127.0.0.1:${ports.kafka}`,
      redis: `redis://127.0.0.1:${ports.redis}`,
      postgres: postgres(OWNER),
      database: Object.fromEntries(ROLES.map((role) => [role, postgres(role)])),
    },
    files: {
      network: join(dataDir, 'network.json'),
      keys,
      faucet: join(keys, 'faucet.mnemonic'),
      poster: join(keys, 'poster.mnemonic'),
      validator: join(keys, 'validator.mnemonic'),
      receiptKey: join(keys, 'receipt.seed'),
      gatewaySecret: join(keys, 'gateway.secret'),
      models: process.env.ATOMA_MODEL_DIR ?? join(checkout, 'test', 'model'),
      logs: join(dataDir, 'logs'),
    },
  };
}
