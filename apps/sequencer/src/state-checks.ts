import { decodeWalletAction, signedActionSchema, type ParsedWalletAction } from '#libs/chain';
import type { Queryable } from '#libs/database';
import type { Candidate } from './read-action.js';
import { Refusal } from './refusal.js';
import type { Duty } from './subject.js';

/** The contract takes no action that expires later than this from its block's time. */
const ACTION_LIFE_SECONDS = 3_600n;
/** Actions of one wallet that may be under way at once. */
export const WALLET_OPEN_MAX = 200;

/**
 * Refuses what the contract would refuse as far as the read models and the lane's own accepted actions tell.
 * Runs inside the transaction that accepts, so two actions cannot pass on the same balance.
 */
export async function checkState(db: Queryable, lane: string, candidate: Candidate): Promise<void> {
  await checkExpiry(db, candidate.signed.expires_at);
  await checkSubject(db, candidate.subject);
  const { content } = candidate;
  if ('duty' in content) {
    await checkDuty(db, content.duty, content.ticket);
    return;
  }
  const { action, wallet } = content;
  if ('request' in action) await checkFee(db, action.request.max_fee);
  await checkBalance(db, { lane, wallet, needed: amountOf(action) });
}

/** What an action may take from its wallet's balance. */
const amountOf = (action: ParsedWalletAction): bigint =>
  'request' in action ? action.request.max_fee : action.withdraw.amount;

/** No request costs less than its dispatch. */
async function checkFee(db: Queryable, maxFee: bigint): Promise<void> {
  const { rows } = await db.query<{ least: string | null }>(
    `SELECT params ->> 'dispatch_fee' AS least FROM read.network`,
  );
  const least = BigInt(rows[0]?.least ?? 0);
  if (maxFee < least)
    throw new Refusal('malformed', `max_fee is below the dispatch fee of ${least}`);
}

async function checkExpiry(db: Queryable, expiresAt: bigint): Promise<void> {
  const { rows } = await db.query<{ now: bigint }>('SELECT time_seconds AS now FROM read.position');
  const now = rows[0]?.now;
  if (now === undefined) throw new Refusal('busy', 'no block was projected yet');
  if (expiresAt <= now)
    throw new Refusal('expired', `block time is ${now}, it expired at ${expiresAt}`);
  if (expiresAt > now + ACTION_LIFE_SECONDS) {
    throw new Refusal('malformed', `expires_at may be at most ${now + ACTION_LIFE_SECONDS}`);
  }
}

async function checkSubject(db: Queryable, subject: string): Promise<void> {
  const { rowCount } = await db.query(
    `SELECT 1 FROM ops.action WHERE subject = $1 AND (outcome IS NULL OR outcome = 'accepted')`,
    [subject],
  );
  if (rowCount !== 0) throw new Refusal('conflict', `another action was accepted for ${subject}`);
}

async function checkDuty(db: Queryable, { kind, at }: Duty, ticket: bigint): Promise<void> {
  const { rows } = await db.query<{ ticket: bigint; slot_state: string; state: string }>(
    `SELECT s.ticket, s.state AS slot_state, r.state FROM read.request_slots s JOIN read.requests r USING (request)
     WHERE s.request = $1 AND s.slot = $2 AND s.attempt = $3`,
    [at.request, at.slot, at.attempt],
  );
  const row = rows[0];
  const where = `slot ${at.slot} of request ${at.request} at attempt ${at.attempt}`;
  if (row === undefined) throw new Refusal('conflict', `there is no ${where}`);
  if (row.ticket !== ticket)
    throw new Refusal('conflict', `${where} belongs to ticket ${row.ticket}`);
  const wanted = {
    accept_input: 'assigned',
    refuse: 'assigned',
    commit: 'assigned',
    reveal: 'revealing',
  }[kind];
  if (row.state !== wanted) throw new Refusal('conflict', `request ${at.request} is ${row.state}`);
  if (row.slot_state === 'vacated') throw new Refusal('conflict', `${where} is vacated`);
}

/** What accepted requests and withdrawals may still take is not there any more; an action that takes nothing is none. */
async function checkBalance(
  db: Queryable,
  of: { lane: string; wallet: string; needed: bigint },
): Promise<void> {
  if (of.needed === 0n) throw new Refusal('malformed', 'an amount of 0 needs no action');
  const { rows } = await db.query<{ balance: bigint }>(
    'SELECT balance FROM read.balances WHERE address = $1',
    [of.wallet],
  );
  const balance = rows[0]?.balance;
  if (balance === undefined)
    throw new Refusal('insufficient_balance', `${of.wallet} has no balance: deposit first`);
  const promised = await promisedBy(db, of);
  if (balance - promised < of.needed) {
    throw new Refusal(
      'insufficient_balance',
      `${of.wallet} has ${balance}, ${promised} of it promised; this needs up to ${of.needed}: deposit more or lower max_fee`,
    );
  }
}

/** Summed here and not in SQL: what a stranger signed is no input for a cast. */
async function promisedBy(
  db: Queryable,
  { lane, wallet }: { lane: string; wallet: string },
): Promise<bigint> {
  const { rows } = await db.query<{ body: Buffer }>(
    `SELECT body FROM ops.action WHERE lane = $1 AND signer = $2 AND state <> 'observed'`,
    [lane, `wallet:${wallet}`],
  );
  if (rows.length >= WALLET_OPEN_MAX)
    throw new Refusal('busy', `${wallet} has ${rows.length} actions under way; try again shortly`);
  return rows.reduce((sum, { body }) => {
    const signed = signedActionSchema.parse(JSON.parse(body.toString('utf8')));
    const action = decodeWalletAction(signed.action);
    return action === undefined ? sum : sum + amountOf(action);
  }, 0n);
}
