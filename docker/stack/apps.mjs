import { join } from 'node:path';
import { checkout } from './paths.mjs';

export const WORKERS = 8;
export const WORKER_NAMES = Array.from({ length: WORKERS }, (_, i) => `worker-${i + 1}`);
export const APP_NAMES = [
  'ingester',
  'projector',
  'dispatcher',
  'sequencer',
  'gateway',
  ...WORKER_NAMES,
];

/** The environment of each app (docs/interfaces.md, section 10), from the stack's state. */
function environments({ urls, files, dataDir, accounts }) {
  const sequencer = { SEQUENCER_URL: urls.sequencer };
  return {
    ingester: {
      DATABASE_URL: urls.database.ingester,
      KAFKA_BROKERS: urls.kafka,
      POSTERS: accounts.poster,
    },
    projector: { DATABASE_URL: urls.database.projector, KAFKA_BROKERS: urls.kafka },
    dispatcher: {
      DATABASE_URL: urls.database.dispatcher,
      REDIS_JOBS_URL: urls.redis,
      TICKETS: 'all',
    },
    sequencer: {
      DATABASE_URL: urls.database.sequencer,
      POSTING_KEY_FILE: files.poster,
      RECEIPT_KEY_FILE: files.receiptKey,
      BEACON_URL: urls.beacon,
      LANE: 'main',
    },
    gateway: {
      DATABASE_URL: urls.database.gateway,
      MODEL_DIR: files.models,
      GATEWAY_SECRET_FILE: files.gatewaySecret,
      ...sequencer,
    },
    worker: (n) => ({
      REDIS_JOBS_URL: urls.redis,
      GATEWAY_URL: urls.gateway,
      NODE_KEYS_FILE: join(dataDir, 'keys', `node-${n}.json`),
      WORK_DIR: join(dataDir, 'work', `node-${n}`),
      MODEL_DIR: files.models,
      ENGINE: process.env.ATOMA_ENGINE ?? 'llama',
      ...(process.env.ENGINE_URL ? { ENGINE_URL: process.env.ENGINE_URL } : {}),
      ...sequencer,
    }),
  };
}

/**
 * The processes of the system itself, as the supervisor runs them.
 * @param {import('./index.mjs').StackState} state
 * @returns {import('./index.mjs').PartSpec[]}
 */
export function appsOf(state) {
  const all = environments(state);
  return APP_NAMES.map((name) => {
    const worker = /^worker-(\d+)$/.exec(name);
    const app = worker ? 'worker' : name;
    const port = state.ports[name];
    return {
      name,
      kind: 'app',
      command: process.execPath,
      args: ['--enable-source-maps', join(checkout, 'dist', 'apps', app, 'src', 'main.js')],
      cwd: checkout,
      env: {
        NETWORK_FILE: state.files.network,
        LOG_LEVEL: process.env.LOG_LEVEL ?? 'info',
        HTTP_HOST: '127.0.0.1',
        HTTP_PORT: String(port),
        ...(worker ? all.worker(worker[1]) : all[name]),
      },
      ready: { kind: 'http', url: `http://127.0.0.1:${port}/ready`, timeoutMs: 60_000 },
    };
  });
}
