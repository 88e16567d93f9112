import { databaseJson } from './json.js';
import type { Queryable } from './pool.js';

/** A job on its way to its node, written in the transaction of the event that asks for it. */
export interface OutboxRow {
  id: string;
  height: bigint;
  seq: bigint;
  kind: 'infer' | 'reveal' | 'cancel';
  ticket: bigint;
  payload: Record<string, string | number>;
}

/** Adds rows whose ids are new and says so on channel `outbox`; an id that is there already stays as it is. */
export async function insertOutbox(db: Queryable, rows: readonly OutboxRow[]): Promise<number> {
  if (rows.length === 0) return 0;
  const { rowCount } = await db.query(
    `INSERT INTO ops.outbox (id, height, seq, kind, ticket, payload)
     SELECT id, height, seq, kind, ticket, payload
     FROM json_to_recordset($1::json) AS r (id text, height bigint, seq bigint, kind text, ticket bigint, payload jsonb)
     ON CONFLICT (id) DO NOTHING`,
    [databaseJson(rows)],
  );
  await db.query("SELECT pg_notify('outbox', $1)", [String(rowCount ?? 0)]);
  return rowCount ?? 0;
}
