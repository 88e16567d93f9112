import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { fact, lifeOfARequest, LogBuilder } from '../../../test/support/log-builder.js';
import { projectionRows } from '../../../test/support/rows.js';
import { stackState } from '../../../test/support/stack.js';
import { connect, projectionSchema, readPosition, type Pool } from '#libs/database';
import { eventTypes } from '#libs/events';
import {
  deleteTopic,
  ensureTopic,
  genesisTip,
  openLogWriter,
  type BlockRecord,
  type LogAddress,
  type LogWriter,
} from '#libs/log';
import { applyBatch } from './apply.js';
import { Projector } from './projector.js';

const CHAIN = 'atoma-dev';
const genesis = genesisTip({ chain_id: CHAIN, start_height: 100n }, new Uint8Array(32));
const logged = (record: BlockRecord, offset = 0) => ({ record, offset: BigInt(offset), term: 1n });

interface Target {
  database: TestDatabase;
  pool: Pool;
}
const targets: Target[] = [];
const target = async (): Promise<Target> => {
  const database = await testDatabase();
  const pool = connect(database.url('projector'), {
    name: 'projector',
    searchPath: projectionSchema(),
  });
  targets.push({ database, pool });
  return { database, pool };
};
afterEach(async () => {
  for (const { database, pool } of targets.splice(0)) {
    await pool.end();
    await database.drop();
  }
});

/** Applies records one transaction each. */
async function applyEach({ pool }: Target, records: readonly BlockRecord[]): Promise<void> {
  for (const record of records) {
    const from = await readPosition(pool);
    await applyBatch(pool, { records: [logged(record)], from, term: 1n });
  }
}
const jobsOf = async ({ database }: Target): Promise<string[]> => {
  const pool = connect(database.adminUrl, { name: 'spec' });
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM ops.outbox ORDER BY seq, id');
  await pool.end();
  return rows.map((row) => row.id);
};
const LIFE_JOBS = [
  'infer-1-3-1',
  'infer-1-7-1',
  'infer-1-8-1',
  'reveal-1-3-1',
  'reveal-1-7-1',
  'reveal-1-8-1',
];

describe('applying blocks', () => {
  it('tells a request from submission to settlement, with its jobs', async () => {
    const one = await target();
    await applyEach(one, lifeOfARequest(new LogBuilder(CHAIN, genesis)));
    const rows = await projectionRows(one.database.adminUrl);
    expect(rows['requests']).toMatchObject([
      { state: 'settled', fee: 25, settled_height: 109, round: 133 },
    ]);
    expect(rows['request_slots']).toMatchObject([
      { state: 'revealed' },
      { state: 'revealed' },
      { state: 'revealed' },
    ]);
    expect(rows['tickets']).toMatchObject([
      { ticket: 3 },
      { ticket: 7, unclaimed: 0 },
      { ticket: 8, unclaimed: 80 },
    ]);
    expect(rows['blocks']).toHaveLength(11);
    expect(rows['position']).toMatchObject([{ height: 110 }]);
    expect(await jobsOf(one)).toEqual(LIFE_JOBS);
  });

  it('comes to the same rows and jobs in one transaction as in many', async () => {
    const [one, many] = [await target(), await target()];
    const records = lifeOfARequest(new LogBuilder(CHAIN, genesis));
    await applyBatch(one.pool, {
      records: records.map((record) => logged(record)),
      from: undefined,
      term: 1n,
    });
    await applyEach(many, records);
    expect(await projectionRows(one.database.adminUrl)).toEqual(
      await projectionRows(many.database.adminUrl),
    );
    expect(await jobsOf(one)).toEqual(await jobsOf(many));
  });

  it('has a place for every event type there is', async () => {
    const one = await target();
    const builder = new LogBuilder(CHAIN, genesis);
    const life = lifeOfARequest(builder);
    const told = new Set(life.flatMap((record) => record.events.map((event) => event.type)));
    const ended = { 'request.refunded.v1': '2', 'request.disputed.v1': '3' };
    const rest = eventTypes.filter((type) => !told.has(type));
    const requests = Object.values(ended).map((request) =>
      fact('request.submitted.v1', { request }),
    );
    const others = rest.map((type) =>
      fact(type, type in ended ? { request: ended[type as keyof typeof ended] } : {}),
    );
    await applyEach(one, [...life, builder.block([...requests, ...others])]);
    const { rows } = await one.pool.query('SELECT DISTINCT type FROM events ORDER BY 1');
    expect(rows).toEqual([...eventTypes].sort().map((type) => ({ type })));
    expect((await projectionRows(one.database.adminUrl))['parked']).toEqual([]);
  });

  it('holds the largest counts a request may name, in rows and in jobs', async () => {
    const one = await target();
    const builder = new LogBuilder(CHAIN, genesis);
    const most = 2 ** 32 - 1;
    const counts = { input_tokens: most, max_output_tokens: most };
    await applyEach(one, [
      builder.block([fact('request.submitted.v1', counts)]),
      builder.block([fact('request.assigned.v1')]),
      builder.block([
        fact('commitment.revealed.v1', { output_tokens: most }),
        fact('request.agreed.v1', { output_tokens: most }),
      ]),
    ]);
    const rows = await projectionRows(one.database.adminUrl);
    expect(rows['requests']).toMatchObject([{ ...counts, output_tokens: most }]);
    expect(rows['request_slots']).toContainEqual(expect.objectContaining({ output_tokens: most }));
    const admin = connect(one.database.adminUrl, { name: 'spec' });
    const jobs = await admin.query("SELECT payload FROM ops.outbox WHERE kind = 'infer' LIMIT 1");
    await admin.end();
    expect(jobs.rows).toMatchObject([{ payload: counts }]);
  });

  it('adds no job at or below the emit height', async () => {
    const one = await target();
    const admin = connect(one.database.adminUrl, { name: 'spec' });
    await admin.query('UPDATE ops.projection SET emit_height = 110');
    await admin.end();
    await applyEach(one, lifeOfARequest(new LogBuilder(CHAIN, genesis)));
    expect(await jobsOf(one)).toEqual([]);
  });

  it('parks a type it does not know, goes on, and says from where it is incomplete', async () => {
    const one = await target();
    const builder = new LogBuilder(CHAIN, genesis);
    const unknown = { type: 'request.imagined.v1', body: { request: '1' } };
    await applyEach(one, [
      builder.block([fact('network.instantiated.v1'), unknown]),
      builder.block(),
    ]);
    const { rows } = await one.pool.query('SELECT incomplete_from FROM ops.projection');
    expect(rows).toEqual([{ incomplete_from: 100n }]);
    expect((await projectionRows(one.database.adminUrl))['parked']).toMatchObject([
      { seq: 2, type: unknown.type },
    ]);
  });

  it('leaves nothing behind of a block with a malformed event', async () => {
    const one = await target();
    const builder = new LogBuilder(CHAIN, genesis);
    const before = await projectionRows(one.database.adminUrl);
    const malformed = { type: 'epoch.started.v1', body: { epoch: 12, starts_at: '1' } };
    await expect(
      applyEach(one, [builder.block([fact('network.instantiated.v1'), malformed])]),
    ).rejects.toThrow(/event 2 cannot be decoded/);
    expect(await projectionRows(one.database.adminUrl)).toEqual(before);
  });

  it('leaves nothing behind of a block whose last change meets no row', async () => {
    const one = await target();
    const orphan = new LogBuilder(CHAIN, genesis).block([
      fact('network.instantiated.v1'),
      fact('model.available.v1'),
    ]);
    await expect(applyEach(one, [orphan])).rejects.toThrow(/models/);
    expect((await projectionRows(one.database.adminUrl))['blocks']).toEqual([]);
  });
});

describe('reading the log', () => {
  let address: LogAddress;
  let writer: LogWriter;
  beforeEach(async () => {
    address = { brokers: [stackState().urls.kafka], topic: `spec-${randomUUID()}` };
    await ensureTopic(address);
    writer = await openLogWriter(address, { contract: 'c', term: 1n });
  });
  afterEach(async () => {
    await writer.close();
    await deleteTopic(address);
  });

  const projectorOf = ({ pool }: Target) =>
    new Projector({ pool, log: pino({ level: 'silent' }), address, genesis, term: 1n });

  /** Runs a projector until it has applied a height, then stops it; its failure is thrown. */
  async function runUntil(one: Target, height: bigint): Promise<void> {
    const stopping = new AbortController();
    const running = projectorOf(one).run(stopping.signal);
    const reached = (async () => {
      while ((await readPosition(one.pool))?.height !== height)
        await new Promise((r) => setTimeout(r, 50));
    })();
    await Promise.race([reached, running]);
    stopping.abort();
    await running;
  }

  it('ignores heights that come again', async () => {
    const [one, clean] = [await target(), await target()];
    const records = lifeOfARequest(new LogBuilder(CHAIN, genesis));
    await writer.append([...records.slice(0, 6), ...records.slice(2, 6), ...records.slice(4)]);
    await runUntil(one, 110n);
    await applyEach(clean, records);
    expect(await projectionRows(one.database.adminUrl)).toEqual(
      await projectionRows(clean.database.adminUrl),
    );
    expect(await jobsOf(one)).toEqual(LIFE_JOBS);
  });

  it('halts at a gap, naming what it expected and found, and goes on after a re-append', async () => {
    const one = await target();
    const records = lifeOfARequest(new LogBuilder(CHAIN, genesis));
    await writer.append([...records.slice(0, 4), ...records.slice(5, 7)]);
    await expect(runUntil(one, 110n)).rejects.toThrow(/height 104 was expected and 105 found/);
    expect((await readPosition(one.pool))?.height).toBe(103n);
    await writer.append(records.slice(4));
    await runUntil(one, 110n);
    expect(await jobsOf(one)).toEqual(LIFE_JOBS);
  });

  it('refuses a record whose body was changed after it was hashed', async () => {
    const one = await target();
    const [first] = lifeOfARequest(new LogBuilder(CHAIN, genesis));
    const [event, ...events] = first?.events ?? [];
    if (first === undefined || event === undefined) throw new Error('no event to change');
    const forged = { ...event, body: event.body.replace('utoma', 'utomb') };
    await writer.append([{ ...first, events: [forged, ...events] }]);
    await expect(runUntil(one, 100n)).rejects.toThrow(/the hash chain gives/);
    expect(await readPosition(one.pool)).toBeUndefined();
  });

  it('refuses a log that ends before what was applied from it', async () => {
    const one = await target();
    const records = lifeOfARequest(new LogBuilder(CHAIN, genesis));
    await writer.append(records);
    await runUntil(one, 110n);
    await one.pool.query('UPDATE position SET log_offset = 5000');
    await expect(runUntil(one, 111n)).rejects.toThrow(/the log ends at offset 11/);
  });
});
