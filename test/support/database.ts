import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createDatabase, migrateDatabase, urlFor } from '#libs/database';
import { stackState } from './stack.js';

/** A migrated database of a test's own, on the stack's server; `url(role)` connects as an app's role. */
export interface TestDatabase {
  name: string;
  adminUrl: string;
  url: (role: string) => string;
  drop: () => Promise<void>;
}

export async function emptyDatabase(): Promise<TestDatabase> {
  const server = stackState().urls.postgres;
  const name = `test_${randomBytes(6).toString('hex')}`;
  await createDatabase({ adminUrl: server, name });
  const adminUrl = urlFor(server, new URL(server).username, name);
  return {
    name,
    adminUrl,
    url: (role) => urlFor(server, role, name),
    drop: () => query(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

export async function testDatabase(): Promise<TestDatabase> {
  const database = await emptyDatabase();
  await migrateDatabase({ adminUrl: database.adminUrl });
  return database;
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
