import { randomInt } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger, PermanentError, TransientError } from '#libs/service';
import { stackState } from '../../../test/support/stack.js';
import { bullmqSource } from './bullmq-source.js';
import type { JobHandler, Subscription } from './job-source.js';
import { JobQueues } from './job-queues.js';
import { jobId, type Job } from './job.js';

const { redis: url } = stackState().urls;
const log = createLogger('spec', 'silent');

let ticket: bigint;
let queues: JobQueues;
let source: ReturnType<typeof bullmqSource>;
let subscription: Subscription | null;

beforeEach(() => {
  ticket = BigInt(randomInt(1e9, 1e12));
  queues = new JobQueues({ url, log });
  source = bullmqSource({ url, ticket, log });
  subscription = null;
});
afterEach(async () => {
  await subscription?.close();
  await source.close();
  await queues.close();
});

const reveal = (request: bigint): Job => ({
  kind: 'reveal',
  payload: { request, ticket, attempt: 0, slot: 1, run: '1' },
});
const fateOf = (job: Job) => queues.fateOf(ticket, jobId(job.kind, job.payload));
const listen = async (handler: JobHandler): Promise<void> => {
  subscription = await source.subscribe(handler);
};

describe('the queue of a ticket', () => {
  it('hands a job over once however often it was added, also after it was done', async () => {
    const seen: Job[] = [];
    await queues.add([reveal(1n), reveal(1n)]);
    await queues.add([reveal(1n)]);
    await listen(async (job) => Promise.resolve(void seen.push(job)));
    await expect.poll(() => fateOf(reveal(1n))).toBe('done');
    await queues.add([reveal(1n), reveal(2n)]);
    await expect.poll(() => fateOf(reveal(2n))).toBe('done');
    expect(seen).toEqual([reveal(1n), reveal(2n)]);
  });

  it('brings a job back after a passing failure', async () => {
    let tries = 0;
    await queues.add([reveal(1n)]);
    await listen(async () => {
      tries += 1;
      return tries < 3 ? Promise.reject(new TransientError('down')) : Promise.resolve();
    });
    await expect.poll(() => fateOf(reveal(1n)), { timeout: 10_000 }).toBe('done');
    expect(tries).toBe(3);
  });

  it('gives a job up after a permanent failure, until it is replaced', async () => {
    let tries = 0;
    await queues.add([reveal(1n)]);
    await listen(async () => {
      tries += 1;
      return tries === 1 ? Promise.reject(new PermanentError('lost', 'x')) : Promise.resolve();
    });
    await expect.poll(() => fateOf(reveal(1n))).toBe('failed');
    expect(tries).toBe(1);
    await queues.replace(reveal(1n));
    await expect.poll(() => fateOf(reveal(1n))).toBe('done');
  });

  it('withdraws what has not begun and leaves alone what runs', async () => {
    await queues.add([reveal(1n)]);
    await source.withdraw('reveal', reveal(1n).payload);
    expect(await fateOf(reveal(1n))).toBe('lost');
    await source.withdraw('reveal', reveal(9n).payload);
    let finish = (): void => undefined;
    await queues.add([reveal(2n)]);
    await listen(() => new Promise((resolve) => (finish = resolve)));
    await expect.poll(() => fateOf(reveal(2n))).toBe('live');
    await expect.poll(() => String(finish)).not.toBe('() => undefined');
    await source.withdraw('reveal', reveal(2n).payload);
    finish();
    await expect.poll(() => fateOf(reveal(2n))).toBe('done');
  });

  it('aborts a running job at close and brings it back at the next start', async () => {
    await queues.add([reveal(1n)]);
    let began = false;
    await listen(async (_job, signal) => {
      began = true;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      throw signal.reason;
    });
    await expect.poll(() => began).toBe(true);
    await subscription?.close();
    expect(await fateOf(reveal(1n))).toBe('live');
    await listen(() => Promise.resolve());
    await expect.poll(() => fateOf(reveal(1n)), { timeout: 10_000 }).toBe('done');
  });
});
