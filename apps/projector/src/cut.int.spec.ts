import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { lifeOfARequest, LogBuilder } from '../../../test/support/log-builder.js';
import { connect, inTransaction, projectionSchema, readPosition, type Pool } from '#libs/database';
import { genesisTip } from '#libs/log';
import { exitCodeOf } from '#libs/service';
import { applyBatch } from './apply.js';

const genesis = genesisTip({ chain_id: 'atoma-dev', start_height: 100n }, new Uint8Array(32));
const records = lifeOfARequest(new LogBuilder('atoma-dev', genesis)).map((record, offset) => ({
  record,
  offset: BigInt(offset),
  term: 1n,
}));

let database: TestDatabase;
let admin: pg.Client;
let pools: Pool[];

beforeEach(async () => {
  database = await testDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  pools = [];
});
afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await admin.end();
  await database.drop();
});

const poolOf = (name: 'projector' | 'gateway'): Pool => {
  const pool = connect(database.url(name), { name, searchPath: projectionSchema() });
  pools.push(pool);
  return pool;
};

/** Cuts the connections of a pool once one of them waits for a lock, as a restart of Postgres would. */
async function cutWhileWaiting(name: string): Promise<void> {
  for (let cut = 0; cut === 0;) {
    const { rowCount } = await admin.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE application_name = $1 AND datname = current_database() AND wait_event_type = 'Lock'`,
      [name],
    );
    cut = rowCount ?? 0;
  }
}
const failureOf = async (work: Promise<unknown>): Promise<unknown> =>
  await work.then(
    () => 'nothing failed',
    (error: unknown) => error,
  );

it('a projector cut inside its transaction asks for a restart, leaves no row and applies the batch again', async () => {
  const pool = poolOf('projector');
  const batch = { records, from: undefined, term: 1n };
  const held = new pg.Client({ connectionString: database.adminUrl });
  await held.connect();
  await held.query('BEGIN; LOCK TABLE projection_v1.request_slots IN SHARE MODE');
  const failing = failureOf(applyBatch(pool, batch));
  await cutWhileWaiting('projector');
  const failure = await failing;
  await held.end();
  expect([failure instanceof Error && failure.name, exitCodeOf(failure)]).toEqual([
    'TransientError',
    75,
  ]);
  expect(await readPosition(pool)).toBeUndefined();
  await applyBatch(pool, batch);
  expect((await readPosition(pool))?.height).toBe(110n);
});

it('a gateway cut inside its transaction fails that call alone, and the pool goes on', async () => {
  const pool = poolOf('gateway');
  await admin.query('SELECT pg_advisory_lock(1)');
  const failing = failureOf(
    inTransaction(pool, async (client) => {
      await client.query(
        "INSERT INTO ops.api_key (id, hash, wallet) VALUES ('cut', 'hash', 'wallet')",
      );
      await client.query('SELECT pg_advisory_xact_lock(1)');
    }),
  );
  await cutWhileWaiting('gateway');
  expect(await failing).toMatchObject({ name: 'TransientError' });
  const { rows } = await pool.query("SELECT id FROM ops.api_key WHERE id = 'cut'");
  expect(rows).toEqual([]);
});
