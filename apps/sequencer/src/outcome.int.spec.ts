import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Pool } from '#libs/database';
import { createLogger } from '#libs/service';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { Follower } from './follower.js';
import { storeTx } from './tx-store.js';

const TERM = { lane: 'spec', role: 'sequencer/spec', term: 1n };
const HEIGHT = 50n;

let database: TestDatabase;
let db: Pool;
let follower: Follower;

beforeAll(async () => {
  database = await testDatabase();
  db = connect(database.adminUrl, { name: 'spec' });
  await db.query(`INSERT INTO ops.lease (role, holder, term) VALUES ($1, 'spec', 1)`, [TERM.role]);
  await db.query(
    `INSERT INTO projection_v1.position (height, seq, head, term, block_hash, block_time, time_seconds)
     VALUES ($1, 1, '', 1, '', 'now', 1000)`,
    [HEIGHT],
  );
});

beforeEach(async () => {
  await db.query(
    'TRUNCATE ops.action, ops.tx, ops.tx_action, projection_v1.transactions, projection_v1.actions',
  );
  follower = new Follower(db, TERM, createLogger('spec', 'silent'));
});

afterAll(async () => {
  await db.end();
  await database.drop();
});

/** A stored transaction of these actions, sent and waiting for the log. */
async function sent(hash: string, digests: readonly string[]): Promise<void> {
  for (const [at, digest] of digests.entries()) {
    await db.query(
      `INSERT INTO ops.action (lane, index, digest, signer, body, expires_at, state, receipt, tip, deadline, term)
       VALUES ('spec', $1, $2, 'ticket:1', '{}', 9000, 'accepted', '', '', 0, 1)`,
      [at + 1, digest],
    );
  }
  await storeTx(db, TERM, {
    hash,
    bytes: new Uint8Array(1),
    account: 'a',
    sequence: 7n,
    timeoutHeight: 100n,
    gas: 1_000_000n,
    members: digests.map((_, at) => BigInt(at + 1)),
  });
}

/** What the log says of it. */
async function included(hash: string, result: { code: number; codespace?: string }): Promise<void> {
  await db.query(
    `INSERT INTO projection_v1.transactions VALUES ($1, $2, 0, $3, $4, 0, 0, '', '{}')`,
    [hash, HEIGHT, result.code, result.codespace ?? ''],
  );
}

async function told(hash: string, of: Record<string, unknown>): Promise<void> {
  await db.query(
    `INSERT INTO projection_v1.actions (digest, seq, index, signer, outcome, code, height, tx_hash)
     VALUES ($1, $2, $3, 'ticket:1', $4, $5, $6, $7)`,
    [of['digest'], of['index'], of['index'], of['outcome'], of['code'], HEIGHT, hash],
  );
}

async function actions(): Promise<unknown[]> {
  const { rows } = await db.query<Record<string, unknown>>(
    'SELECT digest, state, outcome, code FROM ops.action ORDER BY index',
  );
  return rows;
}

describe('a transaction that succeeded', () => {
  it('ends all of its members, also those that the log names otherwise or not at all', async () => {
    await sent('T1', ['d0', 'd1', 'd2']);
    await included('T1', { code: 0 });
    await told('T1', { digest: 'd0', index: 0, outcome: 'accepted' });
    await told('T1', { digest: 'odd', index: 1, outcome: 'refused', code: 'wrong_public_key' });
    await follower.follow();
    expect(await actions()).toEqual([
      { digest: 'd0', state: 'observed', outcome: 'accepted', code: null },
      { digest: 'd1', state: 'observed', outcome: 'refused', code: 'wrong_public_key' },
      { digest: 'd2', state: 'observed', outcome: 'refused', code: 'untold' },
    ]);
  });
});

describe('a transaction that a block contains but that never ran', () => {
  it('is dead, gives its sequence back, and its actions wait again', async () => {
    await sent('T2', ['d0']);
    await included('T2', { code: 30, codespace: 'sdk' });
    await follower.follow();
    expect(await actions()).toMatchObject([{ state: 'accepted', outcome: null }]);
    const { rows } = await db.query('SELECT state FROM ops.tx');
    expect(rows).toEqual([{ state: 'dead' }]);
  });
});
