import type { Queryable } from '#libs/database';
import type { Candidate } from './read-action.js';
import { Refusal } from './refusal.js';
import type { Duty } from './subject.js';

/** The contract takes no action that expires later than this from its block's time. */
const ACTION_LIFE_SECONDS = 3_600n;

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
  const needed = 'request' in action ? action.request.max_fee : action.withdraw.amount;
  await checkBalance(db, { lane, wallet, needed });
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

/** What accepted requests and withdrawals may still take is not there any more. */
async function checkBalance(
  db: Queryable,
  of: { lane: string; wallet: string; needed: bigint },
): Promise<void> {
  const { rows } = await db.query<{ balance: bigint; promised: bigint }>(
    `SELECT coalesce((SELECT balance FROM read.balances WHERE address = $1), 0) AS balance,
            coalesce((SELECT sum(coalesce(body -> 'request' ->> 'max_fee', body -> 'withdraw' ->> 'amount')::numeric)
                      FROM (SELECT convert_from(decode(convert_from(body, 'UTF8')::jsonb ->> 'action', 'base64'), 'UTF8')::jsonb
                            FROM ops.action WHERE lane = $2 AND signer = $3 AND state <> 'observed') AS open (body)), 0) AS promised`,
    [of.wallet, of.lane, `wallet:${of.wallet}`],
  );
  const { balance, promised } = rows[0] ?? { balance: 0n, promised: 0n };
  if (balance - promised < of.needed) {
    throw new Refusal(
      'insufficient_balance',
      `${of.wallet} has ${balance}, ${promised} of it promised; this needs up to ${of.needed}: deposit more or lower max_fee`,
    );
  }
}
