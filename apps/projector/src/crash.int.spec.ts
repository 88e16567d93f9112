import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { lifeOfARequest, LogBuilder } from '../../../test/support/log-builder.js';
import { projectionRows } from '../../../test/support/rows.js';
import { stackState } from '../../../test/support/stack.js';
import { canonicalAddress } from '#libs/chain';
import { connect, projectionSchema, readPosition } from '#libs/database';
import { deleteTopic, ensureTopic, genesisTip, openLogWriter, type LogAddress } from '#libs/log';
import { applyBatch } from './apply.js';

const CONTRACT = 'wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d';
const MAIN = join(process.cwd(), 'dist', 'apps', 'projector', 'src', 'main.js');

let folder: string;
let database: TestDatabase;
let address: LogAddress;
let admin: pg.Client;
let processes: ChildProcess[];

beforeEach(async () => {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: npm run build`);
  folder = mkdtempSync(join(tmpdir(), 'projector-'));
  database = await testDatabase();
  address = { brokers: [stackState().urls.kafka], topic: `spec-${randomUUID()}` };
  await ensureTopic(address);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  processes = [];
});
afterEach(async () => {
  for (const child of processes) child.kill('SIGKILL');
  await admin.end();
  await database.drop();
  await deleteTopic(address);
  rmSync(folder, { recursive: true });
});

const network = {
  name: 'spec',
  chain_id: 'atoma-dev',
  rpcs: ['http://127.0.0.1:1'],
  prefix: 'wasm',
  denom: 'utoma',
  gas_price: '0.01utoma',
  contract: CONTRACT,
  beacon: { url: 'http://127.0.0.1:1', public_key: 'aa', genesis: '1', period: '1' },
  start_height: '100',
  trusted_validators: [],
};

function startProcess(): ChildProcess {
  const file = join(folder, 'network.json');
  writeFileSync(file, JSON.stringify(network));
  const child = spawn(process.execPath, [MAIN], {
    env: {
      NETWORK_FILE: file,
      HTTP_PORT: '0',
      DATABASE_URL: database.url('projector'),
      KAFKA_BROKERS: address.brokers.join(),
      LOG_TOPIC: address.topic,
      LOG_LEVEL: 'warn',
    },
    stdio: 'inherit',
  });
  processes.push(child);
  return child;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}
const heightIs = (height: string) => async (): Promise<boolean> => {
  const { rows } = await admin.query<{ height: string }>(
    'SELECT height FROM projection_v1.position',
  );
  return rows[0]?.height === height;
};
const waitsForALock = async (): Promise<boolean> => {
  const { rowCount } = await admin.query(
    `SELECT 1 FROM pg_stat_activity
     WHERE application_name = 'projector' AND datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rowCount === 1;
};

it('comes to the rows of an unkilled fold after kill -9 inside a transaction', async () => {
  const genesis = genesisTip(
    { chain_id: 'atoma-dev', start_height: 100n },
    canonicalAddress(CONTRACT),
  );
  const records = lifeOfARequest(new LogBuilder('atoma-dev', genesis));
  const writer = await openLogWriter(address, { contract: CONTRACT, term: 1n });

  await writer.append(records.slice(0, 5));
  const killed = startProcess();
  await until(heightIs('104'));

  await admin.query('BEGIN; LOCK TABLE projection_v1.request_slots IN ACCESS EXCLUSIVE MODE');
  await writer.append(records.slice(5));
  await until(waitsForALock);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  await admin.query('ROLLBACK');
  expect(await heightIs('104')()).toBe(true);
  const { rows: early } = await admin.query('SELECT id FROM ops.outbox');
  expect(early).toEqual([]);

  startProcess();
  await until(heightIs('110'));
  await writer.close();

  const clean = await testDatabase();
  const pool = connect(clean.url('projector'), { name: 'spec', searchPath: projectionSchema() });
  for (const [offset, record] of records.entries()) {
    const from = await readPosition(pool);
    await applyBatch(pool, {
      records: [{ record, offset: BigInt(offset), term: 1n }],
      from,
      term: 1n,
    });
  }
  const { rows: cleanJobs } = await pool.query('SELECT id, payload FROM ops.outbox ORDER BY id');
  const { rows: jobs } = await admin.query('SELECT id, payload FROM ops.outbox ORDER BY id');
  expect(await projectionRows(database.adminUrl)).toEqual(await projectionRows(clean.adminUrl));
  expect(jobs).toEqual(cleanJobs);
  expect(jobs).toHaveLength(6);
  await pool.end();
  await clean.drop();
});
