import type { Pool } from '#libs/database';
import { jobId, type JobQueues } from '#libs/jobs';
import { InvariantViolation, type Logger } from '#libs/service';
import type { Tickets } from './config.js';
import {
  beginRuns,
  jobOf,
  markSent,
  nextRun,
  openJobs,
  unsentJobs,
  type DutyCursor,
} from './duty-jobs.js';

const PAGE = 500;

/** Ships the outbox and refills Redis. At least once: whatever is repeated meets its natural id. */
export class Relay {
  constructor(
    private readonly on: { db: Pool; queues: JobQueues; tickets: Tickets; log: Logger },
  ) {}

  /** Ships what is unsent, oldest first; returns how many. A crash in between ships the page again. */
  async ship(): Promise<number> {
    const { db, queues, tickets, log } = this.on;
    let shipped = 0;
    for (;;) {
      const rows = await unsentJobs(db, tickets, PAGE);
      if (rows.length === 0) return shipped;
      const runs = await beginRuns(db, rows);
      const jobs = rows.map((row) => {
        const job = jobOf(row, runs.get(row.id) ?? '1');
        const id = jobId(job.kind, job.payload);
        if (id !== row.id) throw new InvariantViolation(`the outbox names the job ${id} ${row.id}`);
        return job;
      });
      await queues.add(jobs);
      await markSent(
        db,
        rows.map((row) => row.id),
      );
      shipped += rows.length;
      log.info({ jobs: rows.length }, 'jobs shipped');
    }
  }

  /** Brings back every job that the chain still waits for and Redis has lost or given up; returns how many. */
  async refill(): Promise<number> {
    const { db, queues, tickets, log } = this.on;
    let after: DutyCursor = { request: 0n, slot: 0, attempt: 0 };
    let refilled = 0;
    for (;;) {
      const rows = await openJobs(db, { tickets, after, limit: PAGE });
      for (const row of rows) {
        const fate = await queues.fateOf(row.ticket, row.id);
        if (fate === 'live' || fate === 'done') continue;
        const run = await nextRun(db, row);
        await queues.replace(jobOf(row, run));
        log.warn({ jobId: row.id, run, fate }, 'job brought back');
        refilled += 1;
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return refilled;
      after = { request: last.request, slot: last.slot, attempt: last.attempt };
    }
  }
}
