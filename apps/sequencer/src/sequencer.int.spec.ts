import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  executeAll,
  queries,
  signWalletAction,
  toWire,
  type Chain,
  type SignedAction,
  type Wallet,
} from '#libs/chain';
import { connect, type Pool } from '#libs/database';
import {
  ed25519PublicKey,
  ed25519Verify,
  fromBase64,
  fromHex,
  nextTip,
  receiptDigest,
  toHex,
} from '#libs/protocol';
import { brokenBroadcast } from '../../../test/support/broken-broadcast.js';
import { fundedWallet, ownNetwork } from '../../../test/support/chain.js';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { LogShadow } from '../../../test/support/log-shadow.js';
import {
  compileSequencer,
  posterKeys,
  startSequencerProcess,
} from '../../../test/support/sequencer-process.js';
import type { WorkerProcess } from '../../../test/support/worker-process.js';

const DEPOSIT = 1_000_000n;

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

let main: string;
let chain: Chain;
let networkFile: string;
let wallet: Wallet;
let database: TestDatabase;
let db: Pool;
let shadow: LogShadow;
let keys: Awaited<ReturnType<typeof posterKeys>>;
let nonce = 0n;
let running: WorkerProcess[] = [];

beforeAll(async () => {
  main = compileSequencer();
  ({ chain, file: networkFile } = await ownNetwork());
  database = await testDatabase();
  db = connect(database.adminUrl, { name: 'spec' });
  shadow = new LogShadow(chain.network, database.adminUrl);
  await shadow.start();
  keys = await posterKeys(chain);
  wallet = await fundedWallet(chain, 10n * DEPOSIT);
  await executeAll(chain, wallet, [
    { msg: { deposit: {} }, funds: [{ denom: 'utoma', amount: DEPOSIT }] },
  ]);
  await until(
    async () =>
      (await db.query('SELECT 1 FROM read.balances WHERE address = $1', [wallet.address]))
        .rowCount === 1,
  );
}, 120_000);

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    console.error(running.map((process) => process.log).join('\n'));
  await Promise.all(running.map((process) => process.kill('SIGKILL')));
  running = [];
});

afterAll(async () => {
  await shadow.stop();
  await db.end();
  await database.drop();
});

async function until(holds: () => Promise<boolean>, timeoutMs = 45_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > end)
      throw new Error(
        `not within ${timeoutMs} ms\n${running.map((process) => process.log).join('\n')}`,
      );
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

async function start(file = networkFile): Promise<{ process: WorkerProcess; url: string }> {
  const started = await startSequencerProcess(main, {
    networkFile: file,
    databaseUrl: database.url('sequencer'),
    keys,
  });
  running.push(started.process);
  return started;
}

function withdrawal(
  amount: bigint,
  changes: { nonce?: bigint; expiresIn?: bigint } = {},
): SignedAction {
  const expiresAt = BigInt(Math.floor(Date.now() / 1000)) + (changes.expiresIn ?? 300n);
  const action = { withdraw: { amount } };
  return signWalletAction({
    network: chain.network,
    wallet,
    action,
    nonce: changes.nonce ?? nonce++,
    expiresAt,
  });
}

async function send(url: string, action: unknown): Promise<Answer> {
  const body = JSON.stringify(toWire(action));
  const response = await fetch(`${url}/v1/actions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function observed(url: string, digest: unknown): Promise<Record<string, unknown>> {
  let status: Record<string, unknown> = {};
  await until(async () => {
    const response = await fetch(`${url}/v1/actions/${String(digest)}`);
    status = (await response.json()) as Record<string, unknown>;
    return status['state'] === 'observed';
  });
  return status;
}

const inclusions = async (): Promise<number> => {
  const { txs } = await chain.comet.txSearchAll({ query: `message.sender='${keys.address}'` });
  return txs.filter((tx) => tx.result.code === 0).length;
};

describe('intake', () => {
  it('gives a receipt that its key signed, and the same one again', async () => {
    const { url } = await start();
    const action = withdrawal(1n);
    const first = await send(url, action);
    expect(first.status).toBe(202);
    const { index, digest, tip, deadline, lane, receipt } = first.body as Record<string, string>;
    const signed = receiptDigest({
      chainId: chain.network.chain_id,
      lane: String(lane),
      digest: fromHex(String(digest)),
      index: BigInt(String(index)),
      tip: fromHex(String(tip)),
      deadline: BigInt(String(deadline)),
    });
    const key = ed25519PublicKey(fromHex(readFileSync(keys.receipt, 'utf8')));
    expect(ed25519Verify(key, signed, fromBase64(String(receipt)))).toBe(true);
    expect(await send(url, action)).toEqual({ status: 200, body: first.body });
    const next = await send(url, withdrawal(1n));
    expect(next.body['tip']).toBe(
      toHex(nextTip(fromHex(String(tip)), BigInt(String(index)), fromHex(String(digest)))),
    );
    expect(await observed(url, next.body['digest'])).toMatchObject({ outcome: 'accepted' });
  });

  it('refuses by code what it cannot take, and stores nothing of it', async () => {
    const { url } = await start();
    const used = withdrawal(1n);
    await send(url, used);
    const before = (await db.query('SELECT 1 FROM ops.action')).rowCount;
    const cases: [unknown, number, string][] = [
      [{ nonsense: true }, 400, 'malformed'],
      [{ ...withdrawal(1n, { nonce: 90n }), expires_at: 99n }, 401, 'bad_signature'],
      [withdrawal(1n, { nonce: 90n, expiresIn: -10n }), 410, 'expired'],
      [withdrawal(2n, { nonce: used.nonce }), 409, 'conflict'],
      [withdrawal(DEPOSIT, { nonce: 91n }), 409, 'insufficient_balance'],
    ];
    for (const [action, status, code] of cases) {
      expect(await send(url, action)).toMatchObject({ status, body: { error: { code } } });
    }
    const broken = await fetch(`${url}/v1/actions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(await broken.json()).toMatchObject({ error: { code: 'malformed' } });
    expect((await db.query('SELECT 1 FROM ops.action')).rowCount).toBe(before);
    await observed(url, (await send(url, used)).body['digest']);
  });

  it('puts a crowd of actions in one order and all of them on chain, in few transactions', async () => {
    const { url } = await start();
    const before = await inclusions();
    const balance = await queries.balance(chain, wallet.address);
    const answers = await Promise.all(Array.from({ length: 40 }, () => send(url, withdrawal(2n))));
    expect(new Set(answers.map(({ body }) => body['index'])).size).toBe(40);
    for (const { body } of answers)
      expect(await observed(url, body['digest'])).toMatchObject({ outcome: 'accepted' });
    expect(await queries.balance(chain, wallet.address)).toBe(balance - 80n);
    expect((await inclusions()) - before).toBeLessThanOrEqual(6);
  });

  it('tells what the contract refused and why', async () => {
    const { url } = await start();
    const { body } = await send(url, withdrawal(1n, { nonce: 5_000n }));
    expect(await observed(url, body['digest'])).toMatchObject({
      outcome: 'refused',
      code: 'nonce_beyond_window',
    });
  });
});

describe('kill -9 of the sequencer', () => {
  it('between store and broadcast: the next one sends the stored bytes, and they are included once', async () => {
    const unreachable = networkFile.replace('network.json', 'unreachable.json');
    const proxy = await brokenBroadcast(String(chain.network.rpcs[0]));
    writeFileSync(
      unreachable,
      JSON.stringify({ ...JSON.parse(readFileSync(networkFile, 'utf8')), rpcs: [proxy.url] }),
    );
    const before = await inclusions();
    const balance = await queries.balance(chain, wallet.address);
    const killed = await start(unreachable);
    const { body } = await send(killed.url, withdrawal(7n));
    const stored = async () =>
      (
        await db.query<{ hash: string; state: string }>(
          `SELECT hash, state FROM ops.tx WHERE state NOT IN ('observed', 'dead')`,
        )
      ).rows;
    await until(async () => (await stored()).length === 1);
    await killed.process.kill('SIGKILL');
    proxy.close();
    const [tx] = await stored();
    expect(tx?.state).toBe('signed');
    const { url } = await start();
    expect(await observed(url, body['digest'])).toMatchObject({
      outcome: 'accepted',
      tx_hash: tx?.hash,
    });
    expect(await queries.balance(chain, wallet.address)).toBe(balance - 7n);
    expect((await inclusions()) - before).toBe(1);
  });

  it('after the broadcast: nothing is sent under another hash', async () => {
    const before = await inclusions();
    const killed = await start();
    const { body } = await send(killed.url, withdrawal(9n));
    await until(
      async () =>
        (
          await db.query(`SELECT 1 FROM ops.action WHERE digest = $1 AND state <> 'accepted'`, [
            body['digest'],
          ])
        ).rowCount === 1,
    );
    await killed.process.kill('SIGKILL');
    const { url } = await start();
    expect(await observed(url, body['digest'])).toMatchObject({ outcome: 'accepted' });
    expect((await inclusions()) - before).toBe(1);
  });
});
