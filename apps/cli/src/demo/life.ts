import type { Pool } from 'pg';

/** One fact of a request's life as the projection holds it. */
export interface Fact {
  seq: bigint;
  type: string;
  height: bigint;
  txHash: string;
  timeSeconds: bigint;
  body: Record<string, unknown>;
}

/** The life of one request: its row's state and all that the chain said of it, in order. */
export interface Life {
  request: bigint;
  state: string;
  facts: Fact[];
}

/** The stages a request passes, each with the event that ends it. Names as in docs/benchmarks.md. */
export const STAGES = [
  { name: 'on chain', ends: 'request.submitted.v1' },
  { name: 'panel drawn', ends: 'request.assigned.v1' },
  { name: 'inputs accepted', ends: 'input.accepted.v1' },
  { name: 'all committed', ends: 'request.committed.v1' },
  { name: 'all revealed, agreed', ends: 'request.agreed.v1' },
  { name: 'settled', ends: 'request.settled.v1' },
] as const;

export const FINAL_STATES: readonly string[] = ['settled', 'refunded', 'disputed'];

/** Reads the newest request of a wallet, or undefined while it has none above `after`. */
export async function newestRequest(
  pool: Pool,
  requester: string,
  after: bigint,
): Promise<bigint | undefined> {
  const { rows } = await pool.query<{ request: string }>(
    'select request from read.requests where requester = $1 and request > $2 order by request desc limit 1',
    [requester, after.toString()],
  );
  return rows[0] === undefined ? undefined : BigInt(rows[0].request);
}

interface TimelineRow {
  seq: string;
  type: string;
  height: string;
  tx_hash: string;
  time_seconds: string;
  body: Record<string, unknown>;
}

export async function readLife(pool: Pool, request: bigint): Promise<Life> {
  const state = await pool.query<{ state: string }>(
    'select state from read.requests where request = $1',
    [request.toString()],
  );
  const { rows } = await pool.query<TimelineRow>(
    'select seq, type, height, tx_hash, time_seconds, body from read.request_timeline where request = $1 order by seq',
    [request.toString()],
  );
  return {
    request,
    state: state.rows[0]?.state ?? 'unknown',
    facts: rows.map((row) => ({
      seq: BigInt(row.seq),
      type: row.type,
      height: BigInt(row.height),
      txHash: row.tx_hash,
      timeSeconds: BigInt(row.time_seconds),
      body: row.body,
    })),
  };
}
