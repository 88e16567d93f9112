import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  bech32Address,
  signWalletAction,
  walletFromSeed,
  type RequestBody,
  type Wallet,
  type WalletAction,
} from '#libs/chain';
import { connect, type Pool } from '#libs/database';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { BACKLOG_MAX, OrderBook, WALLET_BACKLOG_MAX } from './order-book.js';
import { readAction, type Candidate } from './read-action.js';
import { WALLET_OPEN_MAX } from './state-checks.js';

const NOW = 1_000n;
const TERM = { lane: 'spec', role: 'sequencer/spec', term: 1n };
const scope = {
  chain_id: 'atoma-spec-1',
  contract: bech32Address('wasm', new Uint8Array(32).fill(7)),
  prefix: 'wasm',
};

let database: TestDatabase;
let db: Pool;
let wallet: Wallet;
let book: OrderBook;

beforeAll(async () => {
  database = await testDatabase();
  db = connect(database.adminUrl, { name: 'spec', searchPath: 'projection_v1' });
  wallet = await walletFromSeed(new Uint8Array(32).fill(5), 'wasm');
  await db.query(`INSERT INTO ops.lease (role, holder, term) VALUES ($1, 'spec', 1)`, [TERM.role]);
  await db.query(
    `INSERT INTO position (height, seq, head, term, block_hash, block_time, time_seconds)
     VALUES (1, 1, '', 1, '', 'now', $1)`,
    [NOW],
  );
  await db.query(
    `INSERT INTO network (chain_id, contract, governance, denom, params, beacon, genesis, epoch_seconds, treasury_address)
     VALUES ('c', 'x', 'g', 'utoma', '{"dispatch_fee": "10"}', '{}', 0, 10, 't')`,
  );
  await db.query('INSERT INTO balances (address, balance) VALUES ($1, 1000)', [wallet.address]);
});

beforeEach(async () => {
  await db.query('TRUNCATE ops.action, ops.tx_action');
  const [chainId, receiptSeed] = [scope.chain_id, new Uint8Array(32).fill(1)];
  book = new OrderBook(db, { ...TERM, chainId, receiptSeed, onPlaced: () => undefined });
});

afterAll(async () => {
  await db.end();
  await database.drop();
});

const candidate = async (action: WalletAction, nonce = 1n, by = wallet): Promise<Candidate> => {
  const signed = signWalletAction({
    network: scope,
    wallet: by,
    action,
    nonce,
    expiresAt: NOW + 60n,
  });
  return await readAction(scope, signed, () => Promise.resolve(undefined));
};

const request = (changes: Partial<RequestBody>): WalletAction => ({
  request: {
    model: 'toy-1',
    echelon: 'ec'.repeat(32),
    input_hash: new Uint8Array(32),
    params_hash: new Uint8Array(32),
    input_tokens: 1,
    max_output_tokens: 1,
    max_fee: 100n,
    consensus: { sampling: { n: null } },
    value_at_risk: 0n,
    context: [],
    output_to: 'me',
    ...changes,
  },
});

/** Open actions of a signer, as if placed before. */
async function openActions(count: number, signer: string): Promise<void> {
  const [{ signed }] = [await candidate({ withdraw: { amount: 1n } })];
  const body = JSON.stringify({ ...signed, nonce: '1', expires_at: '9' }, (key, value: unknown) =>
    key === 'action' || key === 'signature' || key === 'public_key' ? '' : value,
  );
  await db.query(
    `INSERT INTO ops.action (lane, index, digest, signer, body, expires_at, state, receipt, tip, deadline, term)
     SELECT 'spec', i, lpad(to_hex(i), 64, '0'), $2, $3, 9, 'accepted', '', repeat('00', 32), 0, 1 FROM generate_series(1, $1::int) i`,
    [count, signer, Buffer.from(body)],
  );
}

describe('the lane', () => {
  it('takes nothing from a wallet that risks nothing', async () => {
    const poor = await walletFromSeed(new Uint8Array(32).fill(6), 'wasm');
    const cases: [Candidate, string][] = [
      [await candidate({ withdraw: { amount: 0n } }), 'malformed'],
      [await candidate(request({ max_fee: 0n })), 'malformed'],
      [await candidate(request({ max_fee: 9n })), 'malformed'],
      [await candidate({ withdraw: { amount: 1n } }, 1n, poor), 'insufficient_balance'],
    ];
    for (const [bad, code] of cases) await expect(book.place(bad)).rejects.toMatchObject({ code });
    expect((await book.place(await candidate(request({})))).fresh).toBe(true);
  });

  it('takes only so many actions of one wallet at a time', async () => {
    await openActions(WALLET_OPEN_MAX, `wallet:${wallet.address}`);
    const next = await candidate({ withdraw: { amount: 1n } });
    await expect(book.place(next)).rejects.toMatchObject({ code: 'busy' });
  });

  it('keeps room for work keys when wallets have filled their part', async () => {
    await openActions(WALLET_BACKLOG_MAX, 'wallet:others');
    const next = await candidate({ withdraw: { amount: 1n } });
    await expect(book.place(next)).rejects.toMatchObject({ code: 'busy' });
    const duty = { kind: 'commit', at: { request: 1n, slot: 1, attempt: 0 } } as const;
    const ofWorkKey = { ...next, content: { duty, ticket: 1n } };
    await expect(book.place(ofWorkKey)).rejects.toMatchObject({ code: 'conflict' });
    expect(WALLET_BACKLOG_MAX).toBeLessThan(BACKLOG_MAX);
  });

  it('places the others of a group with one that cannot be stored', async () => {
    const first = await candidate({ withdraw: { amount: 1n } }, 1n);
    const bad = { ...(await candidate({ withdraw: { amount: 1n } }, 2n)), subject: 'a\u0000b' };
    const good = await candidate({ withdraw: { amount: 1n } }, 3n);
    const placed = await Promise.allSettled([first, bad, good].map((each) => book.place(each)));
    expect(placed.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
