import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { errorFields, toJson, type Logger } from '#libs/service';
import { jobId, queueName, type Job } from './job.js';

/** A job that fails for a passing reason comes back this often, half a second apart. */
const ATTEMPTS_MAX = 1_000;
const RETRY_MS = 500;
/** A finished job keeps its id for a while, so that the same row of the outbox adds nothing again. */
const KEEP_DONE = { age: 86_400, count: 10_000 };
const BATCH_MAX = 500;

/** What became of a job in Redis: `lost` was never there or is there no more. */
export type JobFate = 'live' | 'done' | 'failed' | 'lost';

/** The dispatcher's end of all queues, over one connection. */
export class JobQueues {
  readonly #redis: Redis;
  readonly #queues = new Map<bigint, Queue>();

  constructor(private readonly options: { url: string; log: Logger }) {
    this.#redis = new Redis(options.url, { maxRetriesPerRequest: 3 });
    this.#redis.on('error', (error) =>
      options.log.warn(errorFields(error), 'job queue unreachable'),
    );
  }

  /** Adds jobs under their natural ids; one whose id is there, in whatever state, is not added again. */
  async add(jobs: readonly Job[]): Promise<void> {
    for (const ticket of new Set(jobs.map((job) => job.payload.ticket))) {
      const ofTicket = jobs.filter((job) => job.payload.ticket === ticket);
      for (let from = 0; from < ofTicket.length; from += BATCH_MAX) {
        await this.#queue(ticket).addBulk(ofTicket.slice(from, from + BATCH_MAX).map(entryOf));
      }
    }
  }

  /** Adds a job again that is lost or failed. */
  async replace(job: Job): Promise<void> {
    await this.#queue(job.payload.ticket).remove(jobId(job.kind, job.payload));
    await this.add([job]);
  }

  async fateOf(ticket: bigint, id: string): Promise<JobFate> {
    const state = await this.#queue(ticket).getJobState(id);
    if (state === 'completed') return 'done';
    if (state === 'failed') return 'failed';
    return state === 'unknown' ? 'lost' : 'live';
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    this.#redis.disconnect();
  }

  #queue(ticket: bigint): Queue {
    const known = this.#queues.get(ticket);
    if (known !== undefined) return known;
    const queue = new Queue(queueName(ticket), { connection: this.#redis });
    queue.on('error', (error) =>
      this.options.log.warn(errorFields(error), 'job queue unreachable'),
    );
    this.#queues.set(ticket, queue);
    return queue;
  }
}

const entryOf = (job: Job) => ({
  name: job.kind,
  data: JSON.parse(toJson(job.payload)) as object,
  opts: {
    jobId: jobId(job.kind, job.payload),
    attempts: ATTEMPTS_MAX,
    backoff: { type: 'fixed', delay: RETRY_MS },
    removeOnComplete: KEEP_DONE,
    removeOnFail: KEEP_DONE,
  },
});
