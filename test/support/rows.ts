import pg from 'pg';
import { projectionTables } from '#libs/database';

/** Every row of every projection table, in a fixed order; the position without its leader's term and its offset. */
export async function projectionRows(url: string): Promise<Record<string, unknown[]>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const all: Record<string, unknown[]> = {};
    for (const table of projectionTables) {
      const { rows } = await client.query<{ row: unknown }>(
        `SELECT to_jsonb(t) - ${table === 'position' ? "'{term,log_offset}'" : "'{}'"}::text[] AS row
         FROM projection_v1.${table} t ORDER BY to_jsonb(t)::text`,
      );
      all[table] = rows.map(({ row }) => row);
    }
    return all;
  } finally {
    await client.end();
  }
}
