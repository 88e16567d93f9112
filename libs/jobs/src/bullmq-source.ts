import { Queue, UnrecoverableError, Worker, type Job as QueuedJob } from 'bullmq';
import { Redis } from 'ioredis';
import { errorFields, PermanentError, type Logger } from '#libs/service';
import { jobId, parseJob, queueName, type Job } from './job.js';
import type { JobHandler, JobSource, Subscription } from './job-source.js';

/** Jobs of one ticket at a time: most wait for the network; the engine takes one after the other. */
const CONCURRENCY = 16;
/** A killed worker's jobs come back after at most the sum of these two. */
const LOCK_MS = 6_000;
const STALLED_CHECK_MS = 3_000;
/** Being picked up again is safe and normal; a job is never given up for it. */
const STALLED_MAX = 1_000;

/** The queue of one ticket as BullMQ serves it. */
export function bullmqSource(options: { url: string; ticket: bigint; log: Logger }): JobSource & {
  close(): Promise<void>;
} {
  const { log } = options;
  const name = queueName(options.ticket);
  const queue = new Queue(name, { connection: { url: options.url, maxRetriesPerRequest: 3 } });
  queue.on('error', (error) => log.warn(errorFields(error), 'job queue unreachable'));
  return {
    subscribe: (handler) => subscribe({ ...options, name, handler }),
    withdraw: async (kind, of) => {
      const job: QueuedJob | undefined = await queue.getJob(jobId(kind, of));
      if (job === undefined || (await job.isActive())) return;
      // Zero when the job has begun since: then it is left alone like any other that runs.
      await queue.remove(jobId(kind, of));
    },
    close: () => queue.close(),
  };
}

async function subscribe(options: {
  url: string;
  name: string;
  handler: JobHandler;
  log: Logger;
}): Promise<Subscription> {
  const { log, handler } = options;
  const stopping = new AbortController();
  // Our own connection: the worker's `ready` event comes once in its life, a connection can be asked.
  const redis = new Redis(options.url, { maxRetriesPerRequest: null });
  redis.on('error', (error) => log.warn(errorFields(error), 'job queue unreachable'));
  const worker = new Worker(options.name, (queued) => process(queued, handler, stopping.signal), {
    connection: redis,
    concurrency: CONCURRENCY,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    maxStalledCount: STALLED_MAX,
  });
  worker.on('error', (error) => log.warn(errorFields(error), 'job queue unreachable'));
  worker.on('failed', (queued, error) => {
    log.warn({ jobId: queued?.id, ...errorFields(error) }, 'job failed');
  });
  worker.on('stalled', (id) => log.info({ jobId: id }, 'job came back'));
  await worker.waitUntilReady();
  return {
    isConnected: () => redis.status === 'ready',
    close: async () => {
      stopping.abort(new Error('the worker is stopping'));
      await worker.close();
      redis.disconnect();
    },
  };
}

async function process(queued: QueuedJob, handler: JobHandler, signal: AbortSignal): Promise<void> {
  try {
    const job: Job = parseJob(queued.name, queued.data);
    await handler(job, signal);
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    throw Object.assign(new UnrecoverableError(`${error.code}: ${error.message}`), {
      cause: error,
    });
  }
}
