import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyDatabase, testDatabase, type TestDatabase } from '../../../test/support/database.js';
import {
  applyMigrations,
  connect,
  migrateDatabase,
  opsTables,
  projectionTables,
  type Pool,
  type PoolClient,
} from './index.js';

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await testDatabase();
  pool = connect(database.adminUrl, { name: 'spec' });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const onClient = async (work: (client: PoolClient) => Promise<unknown>): Promise<unknown> => {
  const client = await pool.connect();
  try {
    return await work(client);
  } finally {
    client.release();
  }
};

const tablesOf = async (schema: string): Promise<string[]> => {
  const { rows } = await pool.query<{ name: string }>(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1 ORDER BY 1',
    [schema],
  );
  return rows.map((row) => row.name);
};

describe('a migrated database', () => {
  it('holds exactly the tables that are listed as ops or projection', async () => {
    expect(await tablesOf('ops')).toEqual([...opsTables]);
    expect(await tablesOf('projection_v1')).toEqual([...projectionTables]);
  });

  it('has every table in one of the two kinds', async () => {
    const { rows } = await pool.query<{ schema: string }>(
      `SELECT DISTINCT table_schema AS schema FROM information_schema.tables WHERE table_type = 'BASE TABLE'
       AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    expect(rows.map((row) => row.schema)).toEqual(['ops', 'projection_v1', 'public']);
    expect(await tablesOf('public')).toEqual(['_prisma_migrations']);
  });

  it('applies nothing the second time and keeps its rows', async () => {
    await pool.query("INSERT INTO ops.lease (role, holder, term) VALUES ('kept', 'me', 1)");
    expect(await migrateDatabase({ adminUrl: database.adminUrl })).toEqual([]);
    expect((await pool.query("SELECT 1 FROM ops.lease WHERE role = 'kept'")).rowCount).toBe(1);
  });

  it('survives several migrating at once', async () => {
    const fresh = await emptyDatabase();
    const { adminUrl } = fresh;
    const applied = await Promise.all([1, 2, 3].map(() => migrateDatabase({ adminUrl })));
    expect(applied.flat()).toContain('0001_ops');
    expect(new Set(applied.flat()).size).toBe(applied.flat().length);
    await fresh.drop();
  });

  it('refuses a migration that was edited after it was applied', async () => {
    const edited = [{ name: '0001_ops', sql: 'SELECT 1' }];
    await expect(onClient((client) => applyMigrations(client, edited))).rejects.toMatchObject({
      code: 'migration_edited',
    });
  });

  it('leaves nothing of a migration that fails in the middle', async () => {
    const failing = [{ name: '9999_fails', sql: 'CREATE TABLE public.half (a int); SELECT 1 / 0' }];
    await expect(onClient((client) => applyMigrations(client, failing))).rejects.toMatchObject({
      code: 'migration_failed',
    });
    expect(await tablesOf('public')).toEqual(['_prisma_migrations']);
  });
});

describe('roles', () => {
  const as = async (role: string, sql: string): Promise<unknown> => {
    const client = connect(database.url(role), { name: role, max: 1 });
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };

  it('lets the gateway read the views and not the tables behind them', async () => {
    expect(await as('gateway', 'SELECT * FROM read.requests')).toEqual([]);
    await expect(as('gateway', 'SELECT * FROM projection_v1.requests')).rejects.toThrow(
      /permission denied/,
    );
  });

  it('keeps the dispatcher from adding to the outbox and the projector from changing it', async () => {
    const insert = "INSERT INTO ops.outbox VALUES ('x', 1, 1, 'infer', 1, '{}')";
    await expect(as('dispatcher', insert)).rejects.toThrow(/permission denied/);
    await expect(as('projector', 'UPDATE ops.outbox SET sent_at = now()')).rejects.toThrow(
      /permission denied/,
    );
  });

  it('keeps keys to the gateway and signed transactions to the sequencer', async () => {
    await expect(as('sequencer', 'SELECT * FROM ops.api_key')).rejects.toThrow(/permission denied/);
    await expect(as('gateway', 'SELECT * FROM ops.tx')).rejects.toThrow(/permission denied/);
  });

  it('gives the analyst analytics alone, read only, with a time limit', async () => {
    expect(await as('analyst', 'SELECT * FROM analytics.request_latency')).toEqual([]);
    expect(await as('analyst', 'SHOW statement_timeout')).toEqual([{ statement_timeout: '30s' }]);
    await expect(as('analyst', 'SELECT * FROM read.requests')).rejects.toThrow(/permission denied/);
    await expect(as('analyst', 'CREATE TEMP TABLE t (a int)')).rejects.toThrow(/read-only/);
  });
});
