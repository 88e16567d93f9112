import type { DutyRef, Job, JobKind } from './job.js';

/**
 * Does a job. Runs at least once for every job and perhaps twice at the same time: it has to be idempotent.
 * Resolving ends the job, `PermanentError` gives it up, anything else brings it back later.
 */
export type JobHandler = (job: Job, signal: AbortSignal) => Promise<void>;

export interface Subscription {
  /** Whether jobs can arrive at present. */
  isConnected(): boolean;
  /** Aborts what runs (it comes back at the next start) and returns once nothing runs any more. */
  close(): Promise<void>;
}

/** Where a node's work comes from: the queue inside a deployment, an authenticated pull outside (not built). */
export interface JobSource {
  /** Hands this ticket's jobs to the handler from now on. */
  subscribe(handler: JobHandler): Promise<Subscription>;
  /** Takes a job back that has not begun; one that runs or is unknown is left alone. */
  withdraw(kind: JobKind, of: DutyRef): Promise<void>;
}
