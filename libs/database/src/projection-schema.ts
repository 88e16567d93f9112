import { PermanentError } from '#libs/service';
import type { Queryable } from './pool.js';
import { checksumOf, sqlFiles } from './sql-files.js';

/** The projection version this code writes. A change of its SQL is a new version, filled beside the live one. */
export const PROJECTION_VERSION = 1;

export const projectionSchema = (version: number = PROJECTION_VERSION): string =>
  `projection_v${version}`;

interface ProjectionRow {
  ddl_sha256: string;
  views_sha256: string | null;
  live: boolean;
}

/**
 * Makes the projection's tables if they are absent and points `read` and `analytics` at them, in one transaction.
 * Tables of the same version but another SQL are refused: they hold rows of another shape.
 */
export async function prepareProjection(
  client: Queryable,
  version: number = PROJECTION_VERSION,
): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query('LOCK TABLE ops.projection IN EXCLUSIVE MODE');
    await createTables(client, version);
    await pointViewsAt(client, version);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function projectionRow(
  client: Queryable,
  version: number,
): Promise<ProjectionRow | undefined> {
  const { rows } = await client.query<ProjectionRow>(
    'SELECT ddl_sha256, views_sha256, live FROM ops.projection WHERE version = $1',
    [version],
  );
  return rows[0];
}

async function createTables(client: Queryable, version: number): Promise<void> {
  const files = sqlFiles('projection');
  const ddl = checksumOf(files);
  const known = await projectionRow(client, version);
  if (known !== undefined) {
    if (known.ddl_sha256 === ddl) return;
    throw new PermanentError(
      'projection_changed',
      `the SQL of ${projectionSchema(version)} differs from its tables: raise PROJECTION_VERSION, or start from an empty database`,
    );
  }
  const schema = projectionSchema(version);
  await client.query(`CREATE SCHEMA ${schema}; SET LOCAL search_path = ${schema}`);
  for (const file of files) await client.query(file.sql);
  await client.query(`GRANT USAGE ON SCHEMA ${schema} TO projector;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO projector`);
  await client.query('INSERT INTO ops.projection (version, ddl_sha256) VALUES ($1, $2)', [
    version,
    ddl,
  ]);
}

/** Swaps the views to a version; readers see the old or the new one, never a mixture. */
async function pointViewsAt(client: Queryable, version: number): Promise<void> {
  const files = sqlFiles('views');
  const views = checksumOf(files);
  const row = await projectionRow(client, version);
  if (row?.live === true && row.views_sha256 === views) return;
  await client.query(`DROP SCHEMA IF EXISTS analytics CASCADE; DROP SCHEMA IF EXISTS read CASCADE;
    CREATE SCHEMA read; CREATE SCHEMA analytics; SET LOCAL search_path = ${projectionSchema(version)}`);
  for (const file of files) await client.query(file.sql);
  await client.query('UPDATE ops.projection SET live = false WHERE live');
  await client.query(
    'UPDATE ops.projection SET live = true, views_sha256 = $2 WHERE version = $1',
    [version, views],
  );
}
