import { databaseJson } from './json.js';
import type { Queryable } from './pool.js';

export type ArchiveTable = 'blocks' | 'events' | 'transactions' | 'parked';

/** Appends rows to an archive table, one statement for all; a row that is there already is an error. */
export async function appendArchive(
  db: Queryable,
  table: ArchiveTable,
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first)
    .map((column) => `"${column}"`)
    .join(', ');
  await db.query(
    `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1::json)`,
    [databaseJson(rows)],
  );
}
