import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { PermanentError } from '#libs/service';
import { sha256Hex, type SqlFile } from './sql-files.js';

/** The lock Prisma Migrate takes as well, so that the two never run at once. */
const LOCK = 72_707_369;

const TABLE = `CREATE TABLE IF NOT EXISTS public._prisma_migrations (
  id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
  logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0)`;

interface Applied {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

/**
 * Applies what is missing, in order, each file as one atomic query, recorded as Prisma Migrate records it (the two are
 * interchangeable). A migration that was edited or half applied is refused. Returns the names applied now.
 */
export async function applyMigrations(
  client: pg.ClientBase,
  files: readonly SqlFile[],
): Promise<string[]> {
  await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
  try {
    await client.query(TABLE);
    const { rows } = await client.query<Applied>(
      'SELECT migration_name, checksum, finished_at FROM public._prisma_migrations WHERE rolled_back_at IS NULL',
    );
    const applied = new Map(rows.map((row) => [row.migration_name, row]));
    const missing = files.filter((file) => !isApplied(file, applied.get(file.name)));
    for (const file of missing) await apply(client, file);
    return missing.map((file) => file.name);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [LOCK]);
  }
}

function isApplied(file: SqlFile, row: Applied | undefined): boolean {
  if (row === undefined) return false;
  if (row.finished_at === null) {
    throw new PermanentError(
      'migration_unfinished',
      `migration ${file.name} was begun and never finished`,
    );
  }
  if (row.checksum !== sha256Hex(file.sql)) {
    throw new PermanentError(
      'migration_edited',
      `migration ${file.name} was changed after it was applied`,
    );
  }
  return true;
}

async function apply(client: pg.ClientBase, file: SqlFile): Promise<void> {
  const id = randomUUID();
  await client.query(
    'INSERT INTO public._prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)',
    [id, sha256Hex(file.sql), file.name],
  );
  try {
    await client.query(file.sql);
  } catch (error) {
    // The file ran as one transaction, so nothing of it is left: the next run may try again.
    await client.query('DELETE FROM public._prisma_migrations WHERE id = $1', [id]);
    throw new PermanentError('migration_failed', `migration ${file.name} failed`, { cause: error });
  }
  await client.query(
    'UPDATE public._prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1',
    [id],
  );
}
