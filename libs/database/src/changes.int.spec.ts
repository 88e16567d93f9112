import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import {
  add,
  ChangeSet,
  connect,
  movePosition,
  put,
  remove,
  set,
  type Change,
  type Pool,
  type Position,
} from './index.js';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = connect(database.url('projector'), { name: 'spec', searchPath: 'projection_v1' });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(() =>
  pool.query('DELETE FROM balances; DELETE FROM bids; DELETE FROM network; DELETE FROM position'),
);

const write = async (...changes: Change[]): Promise<void> => {
  const all = new ChangeSet();
  for (const change of changes) all.add(change);
  await all.write(pool);
};
const balance = (address: string) => ({ address });
const balances = async (): Promise<unknown[]> =>
  (await pool.query<object>('SELECT address, balance FROM balances ORDER BY 1')).rows;

describe('changes of rows', () => {
  it('leave the same rows written one by one as folded together', async () => {
    const changes: Change[] = [
      put('balances', balance('a'), { balance: 5n }),
      set('balances', balance('a'), { balance: 7n }),
      add('balances', balance('a'), { balance: -2n }),
      put('balances', balance('b'), { balance: 2n ** 120n }),
      remove('balances', balance('b')),
      put('balances', balance('c'), { balance: 1n }),
      remove('balances', balance('c')),
      put('balances', balance('c'), { balance: 9n }),
    ];
    await write(...changes);
    const together = await balances();
    await pool.query('DELETE FROM balances');
    for (const change of changes) await write(change);
    expect(await balances()).toEqual(together);
    expect(together).toEqual([
      { address: 'a', balance: 5n },
      { address: 'c', balance: 9n },
    ]);
  });

  it('add to a number that only the table knows', async () => {
    await write(put('balances', balance('a'), { balance: 5n }));
    await write(
      add('balances', balance('a'), { balance: 1n }),
      add('balances', balance('a'), { balance: 2n }),
    );
    expect(await balances()).toEqual([{ address: 'a', balance: 8n }]);
  });

  it('are refused when a row to change is not there', async () => {
    await expect(write(set('balances', balance('x'), { balance: 1n }))).rejects.toThrow(
      /1 rows of balances/,
    );
    await expect(
      write(remove('balances', balance('x')), set('balances', balance('x'), { balance: 1n })),
    ).rejects.toThrow(/removed row/);
  });

  it('survive a NUL in a stranger’s text', async () => {
    await write(put('balances', balance('nul\0'), { balance: 1n }));
    expect(await balances()).toEqual([{ address: 'nul\uFFFD', balance: 1n }]);
  });
});

describe('the position', () => {
  const at = (height: bigint): Position => ({
    height,
    seq: height * 2n,
    head: 'aa',
    blockHash: 'BB',
    blockTime: '2026-11-22T16:00:00Z',
    timeSeconds: 1n,
    logOffset: 0n,
  });

  it('moves only from where it is', async () => {
    await movePosition(pool, { from: undefined, to: at(5n), term: 1n });
    await movePosition(pool, { from: at(5n), to: at(6n), term: 1n });
    await expect(movePosition(pool, { from: at(5n), to: at(6n), term: 1n })).rejects.toThrow(
      /not at height 5/,
    );
    await expect(movePosition(pool, { from: undefined, to: at(1n), term: 1n })).rejects.toThrow(
      /not at height none/,
    );
  });

  it('is not moved by a leader whose term has passed', async () => {
    await movePosition(pool, { from: undefined, to: at(5n), term: 2n });
    await expect(movePosition(pool, { from: at(5n), to: at(6n), term: 1n })).rejects.toThrow(
      /term up to 1/,
    );
  });

  it('takes the time that a chain halt lost, although its table is named like a word of SQL', async () => {
    await movePosition(pool, { from: undefined, to: at(5n), term: 1n });
    await write(set('position', { singleton: true }, { lost_total: 7n }));
    const { rows } = await pool.query<object>('SELECT height, lost_total FROM position');
    expect(rows).toEqual([{ height: 5n, lost_total: 7n }]);
  });
});
