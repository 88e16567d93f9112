import type { Queryable } from '#libs/database';
import { parseJob, type Job } from '#libs/jobs';
import { InvariantViolation, PermanentError } from '#libs/service';
import type { Tickets } from './config.js';

/** A row of the outbox as it is stored; `run` joins it when it is shipped. */
export interface OutboxJob {
  id: string;
  kind: string;
  ticket: bigint;
  payload: Record<string, unknown>;
}

/** Where a page of open duties ended. */
export interface DutyCursor {
  request: bigint;
  slot: number;
  attempt: number;
}

/** The oldest jobs nobody shipped yet, in the order of the chain. */
export async function unsentJobs(
  db: Queryable,
  tickets: Tickets,
  limit: number,
): Promise<OutboxJob[]> {
  const { rows } = await db.query<OutboxJob>(
    `SELECT id, kind, ticket, payload FROM ops.outbox
     WHERE sent_at IS NULL AND ($1::bigint[] IS NULL OR ticket = ANY ($1))
     ORDER BY height, seq, id LIMIT $2`,
    [idsOf(tickets), limit],
  );
  return rows;
}

export async function markSent(db: Queryable, ids: readonly string[]): Promise<void> {
  await db.query('UPDATE ops.outbox SET sent_at = now() WHERE id = ANY ($1) AND sent_at IS NULL', [
    ids,
  ]);
}

/**
 * Shipped jobs that the chain still waits for: an input to accept and answer, or a commitment to reveal and an
 * output to deliver. Paged by duty; the cursor of the last row leads to the next page.
 */
export async function openJobs(
  db: Queryable,
  of: { tickets: Tickets; after: DutyCursor; limit: number },
): Promise<(OutboxJob & DutyCursor)[]> {
  const { rows } = await db.query<OutboxJob & DutyCursor>(
    `SELECT o.id, o.kind, o.ticket, o.payload, s.request, s.slot, s.attempt
     FROM read.requests r JOIN read.request_slots s USING (request)
     JOIN ops.outbox o ON o.id = CASE WHEN s.state IN ('assigned', 'accepted') THEN 'infer' ELSE 'reveal' END
                                 || '-' || s.request || '-' || s.ticket || '-' || s.attempt
     WHERE ((r.state = 'assigned' AND s.state IN ('assigned', 'accepted'))
         OR (r.state IN ('revealing', 'agreed') AND s.state IN ('committed', 'revealed')))
       AND o.sent_at IS NOT NULL AND ($1::bigint[] IS NULL OR s.ticket = ANY ($1))
       AND (s.request, s.slot, s.attempt) > ($2, $3, $4)
     ORDER BY s.request, s.slot, s.attempt LIMIT $5`,
    [idsOf(of.tickets), of.after.request, of.after.slot, of.after.attempt, of.limit],
  );
  return rows;
}

/** Notes a first execution; returns the run of each id, the earlier one for ids that were shipped before. */
export async function beginRuns(
  db: Queryable,
  jobs: readonly OutboxJob[],
): Promise<Map<string, string>> {
  const ids = jobs.map((job) => job.id);
  await db.query(
    `INSERT INTO ops.run (job_id, ticket, token, state)
     SELECT id, ticket, '1', 'queued' FROM unnest($1::text[], $2::bigint[]) AS j (id, ticket)
     ON CONFLICT (job_id) DO NOTHING`,
    [ids, jobs.map((job) => job.ticket.toString())],
  );
  const { rows } = await db.query<{ job_id: string; token: string }>(
    'SELECT job_id, token FROM ops.run WHERE job_id = ANY ($1)',
    [ids],
  );
  return new Map(rows.map((row) => [row.job_id, row.token]));
}

/** Notes a further execution of a job and returns its run. */
export async function nextRun(db: Queryable, job: OutboxJob): Promise<string> {
  const { rows } = await db.query<{ token: string }>(
    `INSERT INTO ops.run (job_id, ticket, token, state) VALUES ($1, $2, '1', 'requeued')
     ON CONFLICT (job_id) DO UPDATE
       SET token = (run.token::bigint + 1)::text, state = 'requeued', updated_at = now()
     RETURNING token`,
    [job.id, job.ticket],
  );
  const run = rows[0]?.token;
  if (run === undefined) throw new InvariantViolation(`ops.run returned no row for ${job.id}`);
  return run;
}

/** The job of a row; a row that is none was written by a broken projector. */
export function jobOf(row: OutboxJob, run: string): Job {
  try {
    return parseJob(row.kind, { ...row.payload, run });
  } catch (cause) {
    if (!(cause instanceof PermanentError)) throw cause;
    throw new InvariantViolation(`the outbox holds a broken row ${row.id}`, { cause });
  }
}

const idsOf = (tickets: Tickets): string[] | null => tickets?.map(String) ?? null;
