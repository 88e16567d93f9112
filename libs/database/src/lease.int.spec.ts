import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { acquireLease, type Lease } from './index.js';

const LEASE_MS = 400;
let database: TestDatabase;
let admin: pg.Client;
let held: Lease[] = [];

beforeAll(async () => {
  database = await testDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterEach(async () => {
  await Promise.all(held.map((lease) => lease.release()));
  held = [];
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const take = async (role: string, signal?: AbortSignal): Promise<Lease> => {
  const url = database.url('projector');
  const lease = await acquireLease({
    url,
    role,
    holder: 'spec',
    leaseMs: LEASE_MS,
    ...(signal && { signal }),
  });
  held.push(lease);
  return lease;
};

describe('a lease', () => {
  it('goes to one holder at a time, under a term that rises', async () => {
    const first = await take('a');
    const waiting = take('a');
    const early = await Promise.race([
      waiting,
      new Promise((resolve) => setTimeout(resolve, 3 * LEASE_MS, 'waits')),
    ]);
    expect(early).toBe('waits');
    await first.release();
    expect((await waiting).term).toBe(first.term + 1n);
  });

  it('outlives its idle time while its holder lives', async () => {
    const lease = await take('b');
    const outcome = await Promise.race([
      lease.lost.catch(() => 'lost'),
      new Promise((resolve) => setTimeout(resolve, 3 * LEASE_MS, 'held')),
    ]);
    expect(outcome).toBe('held');
  });

  it('is lost, and says so, when its connection is cut', async () => {
    const lease = await take('c');
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lease c'",
    );
    await expect(lease.lost).rejects.toMatchObject({ name: 'TransientError' });
  });

  it('is lost when somebody else raised the term', async () => {
    const lease = await take('d');
    await admin.query("UPDATE ops.lease SET term = term + 1 WHERE role = 'd'");
    await expect(lease.lost).rejects.toThrow(/higher term/);
  });

  it('is given up waiting for when asked', async () => {
    await take('e');
    const asked = new AbortController();
    const waiting = take('e', asked.signal);
    asked.abort();
    await expect(waiting).rejects.toThrow(/gave up/);
  });

  it('is taken from a paused process, whose connection stays open', async () => {
    const holder = await pausedHolder('f');
    try {
      const lease = await take('f');
      expect(lease.term).toBe(2n);
    } finally {
      holder.kill('SIGKILL');
    }
  });
});

/** A real process that holds the lock as `acquireLease` does, stopped by SIGSTOP. */
async function pausedHolder(role: string): Promise<ChildProcess> {
  const script = `
    const pg = require('pg');
    const client = new pg.Client({ connectionString: process.argv[1] });
    client.connect()
      .then(() => client.query('SET idle_session_timeout = ${LEASE_MS}'))
      .then(() => client.query("SELECT pg_advisory_lock(hashtextextended('atoma/lease/${role}', 0))"))
      .then(() => client.query("INSERT INTO ops.lease (role, holder, term) VALUES ('${role}', 'paused', 1)"))
      .then(() => process.send('held'));`;
  const child = spawn(
    process.execPath,
    ['--input-type=commonjs', '--eval', script, database.url('projector')],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  );
  await once(child, 'message');
  child.kill('SIGSTOP');
  return child;
}
