import { randomInt } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, insertOutbox, type OutboxRow, type Pool } from '#libs/database';
import { bullmqSource, JobQueues, type Job } from '#libs/jobs';
import { createLogger, Readiness } from '#libs/service';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { stackState } from '../../../test/support/stack.js';
import { DispatcherService } from './dispatcher.service.js';
import { Relay } from './relay.js';

// A logical database of its own: one test empties it.
const redisUrl = `${stackState().urls.redis}/9`;
const log = createLogger('spec', 'silent');

let database: TestDatabase;
let admin: Pool;
let db: Pool;
let queues: JobQueues;
let ticket: bigint;
let other: bigint;

beforeAll(async () => {
  database = await testDatabase();
  admin = connect(database.adminUrl, { name: 'spec' });
  db = connect(database.url('dispatcher'), { name: 'spec-dispatcher' });
});
afterAll(async () => {
  await db.end();
  await admin.end();
  await database.drop();
});
beforeEach(async () => {
  await admin.query(
    'TRUNCATE ops.outbox, ops.run, projection_v1.requests, projection_v1.request_slots',
  );
  queues = new JobQueues({ url: redisUrl, log });
  ticket = BigInt(randomInt(1e9, 1e12));
  other = ticket + 1n;
});
afterEach(() => queues.close());

const relayFor = (tickets: readonly bigint[] | null): Relay =>
  new Relay({ db, queues, tickets, log });

const infer = (request: bigint, of: bigint = ticket, attempt = 0): OutboxRow => ({
  id: `infer-${request}-${of}-${attempt}`,
  ...{ height: 10n + request, seq: request, kind: 'infer', ticket: of },
  payload: {
    ...{
      request: request.toString(),
      slot: 1,
      attempt,
      ticket: of.toString(),
      n: 3,
      model: 'toy-1',
    },
    ...{ input_hash: 'ab'.repeat(32), params_hash: 'cd'.repeat(32), input_tokens: 3 },
    ...{ max_output_tokens: 9, price: '2', accept_by: '1900000000' },
  },
});
const reveal = (request: bigint, of: bigint = ticket): OutboxRow => ({
  id: `reveal-${request}-${of}-0`,
  ...{ height: 20n + request, seq: 100n + request, kind: 'reveal', ticket: of },
  payload: { request: request.toString(), slot: 1, attempt: 0, ticket: of.toString() },
});

/** A request and its first slot as the projector would have them. */
async function given(request: bigint, states: { request: string; slot: string }): Promise<void> {
  await admin.query(
    `INSERT INTO projection_v1.requests
       (request, requester, model, echelon, state, consensus, n, epoch, list_epoch, price, slice, value_at_risk,
        input_hash, params_hash, input_tokens, max_output_tokens, max_fee, charge_max, dispatch_fee, output_to,
        refund_to, fixed_height, expires_at, submitted_height)
     VALUES ($1, 'a', 'toy-1', 'e', $2, 'sampling', 3, 1, 1, 1, 1, 0, 'i', 'p', 3, 9, 1, 1, 0, 'a', 'a', 1, 1, 1)`,
    [request, states.request],
  );
  await admin.query(
    `INSERT INTO projection_v1.request_slots (request, slot, attempt, ticket, owner, state)
     VALUES ($1, 1, 0, $2, 'o', $3)`,
    [request, ticket, states.slot],
  );
}

/** Reads everything a ticket's queue hands out, in order. */
async function jobsOf(of: bigint, count: number): Promise<Job[]> {
  const seen: Job[] = [];
  const source = bullmqSource({ url: redisUrl, ticket: of, log });
  const subscription = await source.subscribe((job) => Promise.resolve(void seen.push(job)));
  await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(count);
  await subscription.close();
  await source.close();
  return seen;
}

describe('ship', () => {
  it('sends the configured tickets their jobs in the order of the chain, once, and leaves others', async () => {
    await insertOutbox(admin, [reveal(1n), infer(2n), infer(1n), infer(3n, other)]);
    const relay = relayFor([ticket]);
    expect(await relay.ship()).toBe(3);
    expect(await relay.ship()).toBe(0);
    const jobs = await jobsOf(ticket, 3);
    expect(jobs.map(({ kind, payload }) => `${kind} ${payload.request} ${payload.run}`)).toEqual([
      'infer 1 1',
      'infer 2 1',
      'reveal 1 1',
    ]);
    const { rows } = await admin.query('SELECT id FROM ops.outbox WHERE sent_at IS NULL');
    expect(rows).toEqual([{ id: `infer-3-${other}-0` }]);
  });

  it('repeats a page after a crash before it was marked, and the job stays one', async () => {
    await insertOutbox(admin, [infer(1n)]);
    const relay = relayFor(null);
    await relay.ship();
    await admin.query('UPDATE ops.outbox SET sent_at = NULL');
    expect(await relay.ship()).toBe(1);
    expect(await jobsOf(ticket, 1)).toHaveLength(1);
  });

  it('stops at a row that is no job', async () => {
    await insertOutbox(admin, [{ ...infer(1n), payload: { request: '1' } }]);
    await expect(relayFor(null).ship()).rejects.toMatchObject({ name: 'InvariantViolation' });
  });
});

describe('refill', () => {
  it('brings back what Redis has lost and the chain still waits for, as a further run', async () => {
    await given(1n, { request: 'assigned', slot: 'accepted' });
    await given(2n, { request: 'revealing', slot: 'committed' });
    await given(3n, { request: 'assigned', slot: 'committed' });
    await given(4n, { request: 'settled', slot: 'revealed' });
    const rows = [1n, 2n, 3n, 4n].flatMap((request) => [infer(request), reveal(request)]);
    await insertOutbox(admin, rows);
    const relay = relayFor([ticket]);
    await relay.ship();
    const redis = new Redis(redisUrl);
    await redis.flushdb();
    redis.disconnect();
    expect(await relay.refill()).toBe(2);
    const jobs = await jobsOf(ticket, 2);
    expect(
      jobs.map(({ kind, payload }) => `${kind} ${payload.request} run ${payload.run}`),
    ).toEqual(['infer 1 run 2', 'reveal 2 run 2']);
  });

  it('leaves alone what is live or done', async () => {
    await given(1n, { request: 'assigned', slot: 'assigned' });
    await insertOutbox(admin, [infer(1n)]);
    const relay = relayFor(null);
    await relay.ship();
    expect(await relay.refill()).toBe(0);
    await jobsOf(ticket, 1);
    expect(await relay.refill()).toBe(0);
  });
});

describe('the dispatcher', () => {
  it('ships within a poll of the commit that wrote the row, and refills after Redis was emptied', async () => {
    const readiness = new Readiness(['relay']);
    const service = new DispatcherService({
      relay: relayFor([ticket]),
      databaseUrl: database.url('dispatcher'),
      readiness,
      log,
    });
    void service.start();
    await expect.poll(() => readiness.report().ready).toBe(true);
    await given(1n, { request: 'assigned', slot: 'assigned' });
    await insertOutbox(admin, [infer(1n)]);
    const fate = () => queues.fateOf(ticket, `infer-1-${ticket}-0`);
    await expect.poll(fate, { timeout: 5_000 }).toBe('live');
    const redis = new Redis(redisUrl);
    await redis.flushdb();
    redis.disconnect();
    await expect.poll(fate, { timeout: 10_000 }).toBe('live');
    await service.stop();
  });
});
