import type { Queryable } from '#libs/database';
import type { OpenTx } from './tx-store.js';

type ObservedTx = OpenTx & { observed: NonNullable<OpenTx['observed']> };

/** Writes down what the log says of a transaction; its actions get their outcomes if it succeeded, all of them. */
export async function recordObserved(db: Queryable, tx: ObservedTx): Promise<void> {
  const { height, code, log } = tx.observed;
  await db.query(
    `UPDATE ops.tx SET state = 'observed', included_height = $2, code = $3, log = $4 WHERE hash = $1`,
    [tx.hash, height, code, log],
  );
  if (code !== 0 || tx.members === 0) return;
  const { rowCount } = await db.query(
    `UPDATE ops.action a SET state = 'observed', outcome = r.outcome, code = r.code, height = r.height, tx_hash = r.tx_hash
     FROM ops.tx_action m JOIN ops.action b USING (lane, index) CROSS JOIN LATERAL (
       SELECT outcome, code, height, tx_hash FROM read.actions
       WHERE digest = b.digest AND (tx_hash = $1 OR outcome = 'accepted')
       ORDER BY outcome = 'accepted' DESC, seq LIMIT 1) r
     WHERE m.tx_hash = $1 AND a.lane = m.lane AND a.index = m.index`,
    [tx.hash],
  );
  if (rowCount !== tx.members) await closeUntold(db, tx);
}

/**
 * Ends the members of a transaction that succeeded of which the log does not tell under their digest: the contract
 * names a signer it cannot read by another one. Their place in the batch tells the outcome; without it they are
 * refused, for a transaction that succeeded is over for all of its members.
 */
async function closeUntold(db: Queryable, tx: ObservedTx): Promise<void> {
  await db.query(
    `UPDATE ops.action a SET state = 'observed', outcome = 'refused', code = coalesce(r.code, 'untold'), height = $2
     FROM (SELECT lane, index, row_number() OVER (ORDER BY index) - 1 AS place FROM ops.tx_action WHERE tx_hash = $1) m
     LEFT JOIN read.actions r ON r.tx_hash = $1 AND r.index = m.place
     WHERE a.lane = m.lane AND a.index = m.index AND a.state = 'batched'`,
    [tx.hash, tx.observed.height],
  );
}

/** Gives the members of a transaction that changed nothing back to the batcher. */
export async function releaseMembers(db: Queryable, hash: string): Promise<void> {
  await db.query(
    `UPDATE ops.action a SET state = 'accepted', tx_hash = NULL FROM ops.tx_action m
     WHERE m.tx_hash = $1 AND a.lane = m.lane AND a.index = m.index AND a.state = 'batched'`,
    [hash],
  );
}

/** Ends the only member of a transaction that failed as a whole. */
export async function refuseMembers(db: Queryable, tx: ObservedTx): Promise<void> {
  await db.query(
    `UPDATE ops.action a SET state = 'observed', outcome = 'refused', code = 'tx_failed', height = $2
     FROM ops.tx_action m WHERE m.tx_hash = $1 AND a.lane = m.lane AND a.index = m.index`,
    [tx.hash, tx.observed.height],
  );
}

/** Actions that somebody else posted meanwhile need no transaction of ours. */
export async function recordForeign(db: Queryable, lane: string): Promise<void> {
  await db.query(
    `UPDATE ops.action a SET state = 'observed', outcome = 'accepted', height = r.height, tx_hash = r.tx_hash
     FROM read.actions r
     WHERE a.lane = $1 AND a.state = 'accepted' AND r.digest = a.digest AND r.outcome = 'accepted'`,
    [lane],
  );
}

/** A transaction that no block can include any more. */
export async function markDead(db: Queryable, hash: string): Promise<void> {
  await db.query(`UPDATE ops.tx SET state = 'dead' WHERE hash = $1`, [hash]);
  await releaseMembers(db, hash);
}
