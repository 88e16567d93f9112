import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Pool } from '#libs/database';
import { createLogger } from '#libs/service';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { stackState } from '../../../test/support/stack.js';
import { BeaconSource } from './beacon-source.js';
import { CrankMemory } from './crank-memory.js';
import { Cranks } from './cranks.js';

const ECHELON = 'ec'.repeat(32);
const HEIGHT = 100n;
/** Block time, 50 s after genesis with epochs of 10 s: epoch 5. */
const TIME = 1_000_050n;

let database: TestDatabase;
let db: Pool;
let schedule: { genesis: bigint; period: bigint };

beforeAll(async () => {
  database = await testDatabase();
  db = connect(database.adminUrl, { name: 'spec', searchPath: 'projection_v1' });
  const response = await fetch(`${stackState().urls.beacon}/info`);
  const info = (await response.json()) as { genesis_time: number; period: number };
  schedule = { genesis: BigInt(info.genesis_time), period: BigInt(info.period) };
});

afterAll(async () => {
  await db.end();
  await database.drop();
});

beforeEach(async () => {
  await db.query(
    `TRUNCATE position, network, requests, request_slots, rounds, beacons, models, subscriptions, tickets, bids, markets, clearings, blocks`,
  );
  await put('position', {
    height: HEIGHT,
    seq: 1,
    head: '',
    term: 1,
    block_hash: '',
    block_time: 'now',
    time_seconds: TIME,
    lost_total: 0,
  });
  const params = JSON.stringify({ min_nodes: 2, expiry_seconds: 30 });
  await put('network', {
    chain_id: 'c',
    contract: 'x',
    governance: 'g',
    denom: 'utoma',
    params,
    beacon: '{}',
    genesis: 1_000_000,
    epoch_seconds: 10,
    treasury_address: 't',
  });
});

const put = async (table: string, row: Record<string, unknown>): Promise<void> => {
  const places = Object.keys(row).map((_, index) => `$${index + 1}`);
  await db.query(
    `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${places.join(', ')})`,
    Object.values(row),
  );
};

const request = async (id: number, changes: Record<string, unknown>): Promise<void> => {
  const fixed = {
    requester: 'r',
    model: 'm',
    echelon: ECHELON,
    consensus: 'sampling',
    input_hash: '',
    params_hash: '',
    output_to: '',
    refund_to: '',
  };
  const numbers = {
    n: 3,
    epoch: 1,
    list_epoch: 1,
    price: 1,
    slice: 1,
    value_at_risk: 0,
    input_tokens: 1,
    max_output_tokens: 1,
    max_fee: 1,
    charge_max: 1,
    dispatch_fee: 0,
    submitted_height: 1,
  };
  await put('requests', {
    request: id,
    state: 'pending',
    fixed_height: 90,
    expires_at: TIME + 60n,
    ...fixed,
    ...numbers,
    ...changes,
  });
};

const slot = (of: Record<string, unknown>): Promise<void> =>
  put('request_slots', {
    request: 1,
    slot: 1,
    attempt: 0,
    ticket: 4,
    owner: 'o',
    state: 'assigned',
    ...of,
  });

const ticketOf = async (ticket: number): Promise<void> => {
  await put('tickets', {
    ticket,
    owner: `o${ticket}`,
    state: 'open',
    work_key: '',
    sealing_key: '',
    beacon_key: '',
    collateral: 1,
    registered_height: 1,
  });
  await put('subscriptions', { ticket, model: 'm', echelon: ECHELON, from_epoch: 1 });
};

const model = (state: string, objections: bigint): Promise<void> =>
  put('models', {
    model: 'm',
    state,
    owner: 'o',
    weights_root: '',
    chunk_size: 1,
    files: '[]',
    architecture: '',
    unit: '',
    context_limit: 1,
    tokenizer_hash: '',
    template_hash: '',
    metadata_uri: '',
    owner_fee_bps: 0,
    deposit: 0,
    objections_until: objections,
    registered_height: 1,
  });

const cranks = (memory = new CrankMemory()): Cranks =>
  new Cranks({
    db,
    beacon: new BeaconSource(stackState().urls.beacon),
    schedule,
    memory,
    log: createLogger('spec', 'silent'),
  });
const due = async (of = cranks(), nowMs = Date.now()): Promise<unknown[]> =>
  (await of.due(nowMs)).map(({ crank }) => crank);
const poke = (requests: bigint[], models: string[] = []) => [{ poke: { requests, models } }];

describe('draws', () => {
  it('begin with a tick once a later block is there', async () => {
    await request(1, { fixed_height: HEIGHT });
    expect(await due()).toEqual([]);
    await db.query('UPDATE position SET height = height + 1');
    expect(await due()).toEqual([{ tick: {} }]);
  });

  it('take the round that was fixed, with its beacon in the same transaction', async () => {
    await request(1, {});
    await put('rounds', { height: 90, round: 3 });
    const [beacon, draw] = await due();
    expect(beacon).toMatchObject({ submit_beacon: { round: 3n } });
    expect(draw).toEqual({ draw: { requests: [1n] } });
  });

  it('wait for a round that is not public yet', async () => {
    await request(1, {});
    const future = BigInt(Math.floor(Date.now() / 1000)) - schedule.genesis + 100n;
    await put('rounds', { height: 90, round: future });
    expect(await due()).toEqual([]);
  });

  it('need no beacon that is on chain, and are not repeated at once', async () => {
    await request(1, {});
    await put('rounds', { height: 90, round: 3 });
    await put('beacons', { round: 3, randomness: '', height: 91 });
    const memory = new CrankMemory();
    expect(await due(cranks(memory))).toEqual([{ draw: { requests: [1n] } }]);
    memory.tried('draw/1/90', Date.now());
    expect(await due(cranks(memory))).toEqual([]);
    expect(await due(cranks(memory), Date.now() + 5_000)).toHaveLength(1);
  });

  it('cover a vacated slot until its next draw', async () => {
    await request(1, { state: 'assigned' });
    await slot({ state: 'vacated', fixed_height: 95 });
    expect(await due()).toEqual([{ tick: {} }]);
    await slot({ attempt: 1, accept_by: TIME + 9n });
    expect(await due()).toEqual([]);
  });
});

describe('pokes', () => {
  it.each([
    ['pending', { expires_at: TIME }],
    ['revealing', { reveal_by: TIME }],
    ['agreed', { challenge_until: TIME }],
  ])('move on a request that is %s at its deadline, and not before', async (state, deadline) => {
    await put('rounds', { height: 90, round: 10 ** 9 });
    await request(1, { state, ...deadline });
    expect(await due()).toEqual(poke([1n]));
    await db.query('UPDATE position SET time_seconds = time_seconds - 1');
    expect(await due()).toEqual([]);
  });

  it('count contract time: what a halt lost delays deadlines', async () => {
    await request(1, { state: 'agreed', challenge_until: TIME });
    await db.query('UPDATE position SET lost_total = 1');
    expect(await due()).toEqual([]);
  });

  it('follow the deadlines of slots', async () => {
    await request(1, { state: 'assigned' });
    await slot({ slot: 1, accept_by: TIME });
    await request(2, { state: 'assigned' });
    await slot({ request: 2, state: 'accepted', accept_by: TIME - 9n, commit_by: TIME + 1n });
    await request(3, { state: 'assigned' });
    await slot({ request: 3, state: 'accepted', commit_by: TIME });
    expect(await due()).toEqual(poke([1n, 3n]));
  });

  it('validate a model after its window and open it once enough owners subscribed', async () => {
    await model('proposed', TIME);
    expect(await due()).toEqual(poke([], ['m']));
    await db.query(`UPDATE models SET state = 'validated'`);
    await ticketOf(1);
    expect(await due()).toEqual([]);
    await ticketOf(2);
    expect(await due()).toEqual(poke([], ['m']));
  });
});

describe('clearings', () => {
  const bid = (ticket: number, from: number): Promise<void> =>
    put('bids', { ticket, model: 'm', echelon: ECHELON, price: 1, from_epoch: from });
  const market = (list: number, bidders: number): Promise<void> =>
    put('markets', {
      model: 'm',
      echelon: ECHELON,
      price: 1,
      list_epoch: list,
      bidders,
      owners: 1,
      serving: 1,
      closed: false,
    });

  it('come with new bids, in the epoch they count from', async () => {
    await bid(1, 6);
    expect(await due()).toEqual([]);
    await bid(2, 5);
    expect(await due()).toEqual([{ clear: { model: 'm', echelon: ECHELON, limit: 3 } }]);
  });

  it('come once an epoch, and not where nothing changed', async () => {
    await bid(1, 2);
    await market(4, 1);
    expect(await due()).toEqual([]);
    await bid(2, 5);
    expect(await due()).toHaveLength(1);
    await db.query('UPDATE markets SET list_epoch = 5');
    expect(await due()).toEqual([]);
  });

  it('come after a bidder left', async () => {
    await bid(1, 2);
    await market(4, 2);
    expect(await due()).toHaveLength(1);
  });
});
