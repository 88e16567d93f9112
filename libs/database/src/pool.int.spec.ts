import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { acquireLease, connect, inTransaction, type Pool } from './index.js';

const NAME = 'pool spec';
let database: TestDatabase;
let admin: pg.Client;
let pool: Pool;

beforeAll(async () => {
  database = await testDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
beforeEach(() => {
  pool = connect(database.url('projector'), { name: NAME, searchPath: 'projection_v1', max: 1 });
});
afterEach(async () => {
  await pool.end();
  await admin.query('DELETE FROM projection_v1.balances');
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

/** Cuts every connection of the pool from the server's side, as a restart of Postgres does. */
const cut = async (): Promise<void> => {
  await admin.query(
    'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1',
    [NAME],
  );
};
const pause = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));
const transient = { name: 'TransientError', cause: expect.any(Error) as unknown };
const DOWN = 'postgres://nobody@127.0.0.1:1/none';

describe('a connection that is cut', () => {
  it('while its transaction is idle, fails the transaction and nothing else', async () => {
    const cutInside = inTransaction(pool, async (client) => {
      await client.query("INSERT INTO balances VALUES ('cut', 1)");
      await cut();
      await pause(100);
      await client.query('SELECT 1');
    });
    await expect(cutInside).rejects.toMatchObject(transient);
    const { rows } = await pool.query("SELECT 1 FROM balances WHERE address = 'cut'");
    expect(rows).toEqual([]);
  });

  it('in the middle of a statement of a transaction, fails the transaction and nothing else', async () => {
    const waiting = expect(
      inTransaction(pool, (client) => client.query('SELECT pg_sleep(20)')),
    ).rejects.toMatchObject(transient);
    await pause(200);
    await cut();
    await waiting;
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('in the middle of a query of the pool, fails that query and nothing else', async () => {
    const waiting = expect(pool.query('SELECT pg_sleep(20)')).rejects.toMatchObject(transient);
    await pause(200);
    await cut();
    await waiting;
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('a transaction that stands still', () => {
  const holdAndPause = (ms: number) => async (client: pg.PoolClient) => {
    await client.query("INSERT INTO balances VALUES ('held', 1) ON CONFLICT DO NOTHING");
    await pause(ms);
    await client.query('SELECT 1');
  };

  it('loses its locks, and its leader learns that it may start again', async () => {
    const paused = connect(database.url('projector'), {
      name: NAME,
      searchPath: 'projection_v1',
      idleInTransactionMs: 200,
    });
    const losing = expect(inTransaction(paused, holdAndPause(1_000))).rejects.toMatchObject(
      transient,
    );
    await pause(100);
    await inTransaction(pool, holdAndPause(0));
    await losing;
    await paused.end();
  });

  it('is waited for, but not for ever', async () => {
    const holding = inTransaction(pool, holdAndPause(600));
    const impatient = connect(database.url('projector'), {
      name: NAME,
      searchPath: 'projection_v1',
    });
    await pause(100);
    const waiting = inTransaction(impatient, async (client) => {
      await client.query('SET LOCAL lock_timeout = 200');
      await client.query("INSERT INTO balances VALUES ('held', 1)");
    });
    await expect(waiting).rejects.toMatchObject({
      ...transient,
      message: expect.stringContaining('lock timeout') as unknown,
    });
    await holding;
    await impatient.end();
  });

  it('is cut before those who wait for it give up', async () => {
    const { rows } = await pool.query<{ name: string; setting: string }>(
      `SELECT name, setting FROM pg_settings
       WHERE name IN ('lock_timeout', 'idle_in_transaction_session_timeout') ORDER BY name`,
    );
    expect(rows.map(({ setting }) => setting)).toEqual(['15000', '30000']);
  });
});

describe('a database that is not there', () => {
  it('fails queries, transactions and leases as what may pass', async () => {
    const away = connect(DOWN, { name: NAME });
    await expect(away.query('SELECT 1')).rejects.toMatchObject(transient);
    await expect(inTransaction(away, () => Promise.resolve())).rejects.toMatchObject(transient);
    const leading = acquireLease({ url: DOWN, role: 'x', holder: 'spec' });
    await expect(leading).rejects.toMatchObject(transient);
    await away.end();
  });
});

describe('SQL that is wrong', () => {
  it('stays the error that Postgres gave', async () => {
    await expect(pool.query('SELECT * FROM nowhere')).rejects.toMatchObject({ code: '42P01' });
    const wrong = inTransaction(pool, (client) => client.query('SELECT * FROM nowhere'));
    await expect(wrong).rejects.toMatchObject({ code: '42P01' });
  });
});
