import { TransientError } from '#libs/service';
import type { Queryable } from './pool.js';

/** How far the projection has come. Height and seq are the position; the log offset is a hint where to look next. */
export interface Position {
  height: bigint;
  seq: bigint;
  head: string;
  blockHash: string;
  blockTime: string;
  timeSeconds: bigint;
  logOffset: bigint;
}

interface PositionRow {
  height: bigint;
  seq: bigint;
  head: string;
  block_hash: string;
  time: string;
  time_seconds: bigint;
  log_offset: bigint;
}

/** The position under the connection's search_path; undefined before the first block. */
export async function readPosition(db: Queryable): Promise<Position | undefined> {
  const { rows } = await db.query<PositionRow>(
    'SELECT height, seq, head, block_hash, block_time::text AS time, time_seconds, log_offset FROM position',
  );
  const [row] = rows;
  return (
    row && {
      height: row.height,
      seq: row.seq,
      head: row.head,
      blockHash: row.block_hash,
      blockTime: row.time,
      timeSeconds: row.time_seconds,
      logOffset: row.log_offset,
    }
  );
}

export interface Move {
  from: Position | undefined;
  to: Position;
  term: bigint;
}

/**
 * Moves the position by compare-and-set: only from where the mover believes it to be, and never from under a higher
 * term. Anything else means that another one writes: a `TransientError`, and the transaction must not commit.
 */
export async function movePosition(db: Queryable, { from, to, term }: Move): Promise<void> {
  const values = [
    to.height,
    to.seq,
    to.head,
    to.blockHash,
    to.blockTime,
    to.timeSeconds,
    to.logOffset,
    term,
  ];
  const { rowCount } =
    from === undefined
      ? await db.query(
          `INSERT INTO position (height, seq, head, block_hash, block_time, time_seconds, log_offset, term)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
          values,
        )
      : await db.query(
          `UPDATE position SET height = $1, seq = $2, head = $3, block_hash = $4, block_time = $5, time_seconds = $6,
             log_offset = $7, term = $8
           WHERE height = $9 AND seq = $10 AND term <= $8`,
          [...values, from.height, from.seq],
        );
  if (rowCount === 1) return;
  throw new TransientError(
    `the position is not at height ${from?.height ?? 'none'}, seq ${from?.seq ?? 'none'} under a term up to ${term}`,
  );
}
