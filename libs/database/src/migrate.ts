import pg from 'pg';
import { applyMigrations } from './migrations.js';
import { clientOptions } from './pool.js';
import { prepareProjection } from './projection-schema.js';
import { migrationFiles } from './sql-files.js';

/**
 * Brings a database to this code's state: migrations of `ops` and roles, the projection's tables, the views.
 * Safe to run at any time and by several at once. Returns the names of the migrations applied now.
 * The URL's role owns everything it makes (`app` in development).
 */
export async function migrateDatabase({ adminUrl }: { adminUrl: string }): Promise<string[]> {
  const client = new pg.Client(clientOptions(adminUrl, { name: 'migrate' }));
  await client.connect();
  try {
    const applied = await applyMigrations(client, migrationFiles());
    await prepareProjection(client);
    return applied;
  } finally {
    await client.end();
  }
}

/** Makes the database a URL names if the server does not have it yet; true when it was made now. */
export async function createDatabase({
  adminUrl,
  name,
}: {
  adminUrl: string;
  name: string;
}): Promise<boolean> {
  const client = new pg.Client(clientOptions(adminUrl, { name: 'migrate' }));
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 1) return false;
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    return true;
  } finally {
    await client.end();
  }
}

/** The same server and database for another login role, and another database when told. */
export function urlFor(url: string, role: string, database?: string): string {
  const other = new URL(url);
  other.username = role;
  other.password = '';
  if (database !== undefined) other.pathname = `/${database}`;
  return other.toString();
}
