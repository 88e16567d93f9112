import { signedActionSchema, type SignedAction, type SignedTx } from '#libs/chain';
import type { Queryable } from '#libs/database';
import type { LaneTerm } from './term.js';

/** An action that waits for its transaction. */
export interface WaitingAction {
  index: bigint;
  digest: string;
  signed: SignedAction;
  bytes: number;
}

/** A stored transaction whose fate the log has not told yet, with what the log says by now. */
export interface OpenTx {
  hash: string;
  sequence: bigint;
  bytes: Buffer;
  timeoutHeight: bigint;
  state: 'signed' | 'sent' | 'included';
  gas: bigint;
  term: bigint;
  /** Actions in it; 0 for cranks. */
  members: number;
  /** Null while the log holds no block with it. */
  observed: { height: bigint; code: number; codespace: string; log: string } | null;
}

/** How far our own log has come; null before the first block was projected. */
export interface LogPosition {
  height: bigint;
  timeSeconds: bigint;
}

export async function logPosition(db: Queryable): Promise<LogPosition | undefined> {
  const { rows } = await db.query<LogPosition>(
    'SELECT height, time_seconds AS "timeSeconds" FROM read.position',
  );
  return rows[0];
}

/** Marks accepted actions that can no longer be included, and returns how many. */
export async function expireActions(
  db: Queryable,
  { lane }: LaneTerm,
  now: bigint,
): Promise<number> {
  const { rowCount } = await db.query(
    `UPDATE ops.action SET state = 'observed', outcome = 'expired'
     WHERE lane = $1 AND state = 'accepted' AND expires_at <= $2`,
    [lane, now],
  );
  return rowCount ?? 0;
}

/** Accepted actions in the lane's order, at most `count` of them. */
export async function waitingActions(
  db: Queryable,
  { lane }: LaneTerm,
  count: number,
): Promise<WaitingAction[]> {
  const { rows } = await db.query<{ index: bigint; digest: string; body: Buffer }>(
    `SELECT index, digest, body FROM ops.action WHERE lane = $1 AND state = 'accepted' ORDER BY index LIMIT $2`,
    [lane, count],
  );
  return rows.map(({ index, digest, body }) => ({
    index,
    digest,
    signed: signedActionSchema.parse(JSON.parse(body.toString('utf8'))),
    bytes: body.length,
  }));
}

/** Stores a signed transaction with its members; they are batched from now on. */
export async function storeTx(
  db: Queryable,
  { lane, term }: LaneTerm,
  tx: SignedTx & {
    account: string;
    sequence: bigint;
    timeoutHeight: bigint;
    gas: bigint;
    members: bigint[];
  },
): Promise<void> {
  await db.query(
    `INSERT INTO ops.tx (hash, lane, account, sequence, bytes, timeout_height, state, gas, term)
     VALUES ($1, $2, $3, $4, $5, $6, 'signed', $7, $8)`,
    [tx.hash, lane, tx.account, tx.sequence, Buffer.from(tx.bytes), tx.timeoutHeight, tx.gas, term],
  );
  await db.query(
    'INSERT INTO ops.tx_action (tx_hash, lane, index) SELECT $1, $2, unnest($3::bigint[])',
    [tx.hash, lane, tx.members],
  );
  await db.query(
    `UPDATE ops.action SET state = 'batched', tx_hash = $1 WHERE lane = $2 AND index = ANY($3::bigint[])`,
    [tx.hash, lane, tx.members],
  );
}

export async function markSent(db: Queryable, hash: string): Promise<void> {
  await db.query(
    `UPDATE ops.tx SET state = 'sent', sent_at = now() WHERE hash = $1 AND state = 'signed'`,
    [hash],
  );
}

/**
 * Codes (codespace sdk) with which the chain refuses a transaction before it runs: bytes, signature, fee, chain id,
 * timeout height, sequence. Its sequence stays unused, and another transaction may take it. Our messages bring no
 * coins and fail under codespace wasm, so these codes never come from running them.
 */
export const NEVER_RAN = [2, 3, 4, 5, 8, 9, 12, 13, 14, 15, 18, 21, 28, 30, 32];

/** Stored transactions that are neither observed nor dead, in the order of their sequences. */
export async function openTxs(db: Queryable, { lane }: LaneTerm): Promise<OpenTx[]> {
  const { rows } = await db.query<Omit<OpenTx, 'observed'> & ObservedColumns>(
    `SELECT x.hash, x.sequence, x.bytes, x.timeout_height AS "timeoutHeight", x.state, x.gas, x.term,
            (SELECT count(*)::int FROM ops.tx_action m WHERE m.tx_hash = x.hash) AS members,
            t.height, t.code, t.codespace, t.log
     FROM ops.tx x LEFT JOIN LATERAL (
       SELECT * FROM read.transactions WHERE hash = x.hash
       ORDER BY codespace = 'sdk' AND code = ANY($2::int[]), height LIMIT 1) t ON true
     WHERE x.lane = $1 AND x.state NOT IN ('observed', 'dead') ORDER BY x.sequence`,
    [lane, NEVER_RAN],
  );
  return rows.map(({ height, code, codespace, log, ...tx }) => ({
    ...tx,
    observed: height === null ? null : { height, code, codespace, log },
  }));
}

type ObservedColumns =
  | { height: null; code: null; codespace: null; log: null }
  | { height: bigint; code: number; codespace: string; log: string };

/** The sequence after the last one of the account that our log has seen used, 0 if it saw none. */
export async function sequenceAfterObserved(db: Queryable, account: string): Promise<bigint> {
  const { rows } = await db.query<{ next: bigint }>(
    `SELECT coalesce(max(sequence) + 1, 0) AS next FROM ops.tx WHERE account = $1 AND state = 'observed'`,
    [account],
  );
  return rows[0]?.next ?? 0n;
}
