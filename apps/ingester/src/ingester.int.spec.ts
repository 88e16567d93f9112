import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { networkWith, ownNetwork } from '../../../test/support/chain.js';
import { stackState } from '../../../test/support/stack.js';
import {
  canonicalAddress,
  connectChain,
  executeAll,
  executeMessage,
  signTx,
  type Chain,
  type Wallet,
} from '#libs/chain';
import { decodeEvent } from '#libs/events';
import {
  continueTip,
  deleteTopic,
  ensureTopic,
  genesisTip,
  logTail,
  openLogReader,
  openLogWriter,
  type BlockRecord,
  type LogAddress,
  type Tip,
} from '#libs/log';
import { Ingester } from './ingester.js';

let chain: Chain;
let founder: Wallet;
let genesis: Tip;
let failedHash: string;

/** A contract of this spec's own with a deposit, and a call that runs out of gas in its block. */
beforeAll(async () => {
  const { latestHeight } = await connectChain(networkWith('none').network).blocks.status();
  const own = await ownNetwork();
  ({ chain, founder } = own);
  genesis = genesisTip(
    { chain_id: own.network.chain_id, start_height: latestHeight },
    canonicalAddress(own.network.contract),
  );
  const funds = [{ denom: own.network.denom, amount: 5_000n }];
  await executeAll(chain, founder, [{ msg: { deposit: {} }, funds }]);
  failedHash = await outOfGas();
}, 120_000);

async function outOfGas(): Promise<string> {
  const account = await chain.account(founder.address);
  const { latestHeight } = await chain.blocks.status();
  if (account === undefined) throw new Error('the founder has no account');
  const { chain_id: chainId, contract, gas_price: gasPrice } = chain.network;
  const signed = await signTx(founder, {
    messages: [executeMessage(founder.address, contract, { msg: { withdraw: { amount: 1n } } })],
    chainId,
    ...account,
    gas: 75_000n,
    gasPrice,
    timeoutHeight: latestHeight + 50n,
  });
  expect((await chain.broadcast(signed.bytes)).code).toBe(0);
  return signed.hash;
}

let address: LogAddress;
beforeEach(async () => {
  address = { brokers: [stackState().urls.kafka], topic: `spec-${randomUUID()}` };
  await ensureTopic(address);
});
afterEach(() => deleteTopic(address));

/** Copies the chain from a tip until the log has a height, then stops. */
async function ingestUntil(
  tip: Tip,
  height: bigint,
  change: { chainId?: string } = {},
): Promise<void> {
  const { contract, chain_id } = chain.network;
  const writer = await openLogWriter(address, { contract, term: 1n });
  const stopping = new AbortController();
  const ingester = new Ingester({
    blocks: chain.blocks,
    writer,
    tip,
    chainId: change.chainId ?? chain_id,
    watched: { contract, posters: [] },
    pollMs: 50,
    log: pino({ level: 'silent' }),
    onProgress: ({ logged }) => {
      if (logged >= height) stopping.abort();
    },
  });
  try {
    await ingester.run(stopping.signal);
  } finally {
    await writer.close();
  }
}

/** Everything in the log, in order. */
async function logged(): Promise<BlockRecord[]> {
  const tail = await logTail(address);
  const records: BlockRecord[] = [];
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const reading = await openLogReader(address).read(0n, (batch) => {
    records.push(...batch.map(({ record }) => record));
    if (records.at(-1)?.height === tail?.record.height) finish();
    return Promise.resolve();
  });
  await Promise.race([finished, reading.failed]);
  await reading.stop();
  return records;
}

const someHeightsOn = async (): Promise<bigint> => (await chain.blocks.status()).latestHeight + 3n;

describe('the ingester', () => {
  it('logs every height once, with the contract’s events under the head that the contract itself has', async () => {
    await ingestUntil(genesis, await someHeightsOn());
    const records = await logged();
    const end = records.reduce(continueTip, genesis);
    expect(records).toHaveLength(Number(end.height - genesis.height));
    expect(records.some((record) => record.events.length === 0)).toBe(true);

    const events = records.flatMap((record) => record.events);
    expect(events[0]?.type).toBe('network.instantiated.v1');
    expect(events.map((event) => decodeEvent(event).type)).toContain('balance.credited.v1');
    const head = (await chain.queryContract({ head: {} })) as { head: string; seq: string };
    expect([end.head, end.seq.toString()]).toEqual([head.head, head.seq]);
  });

  it('logs the transaction that failed beside those that succeeded', async () => {
    await ingestUntil(genesis, await someHeightsOn());
    const txs = (await logged()).flatMap((record) => record.txs);
    const failed = txs.find((tx) => tx.hash === failedHash);
    expect(failed).toMatchObject({
      code: 11,
      codespace: 'sdk',
      gas_wanted: 75_000n,
      signers: [founder.address],
    });
    expect(txs.filter((tx) => tx.code === 0).length).toBeGreaterThanOrEqual(2);
  });

  it('goes on from the tail of the log after a restart, without a hole or a second record', async () => {
    await ingestUntil(genesis, genesis.height + 5n);
    const tail = await logTail(address);
    if (tail === undefined) throw new Error('nothing was logged');
    const { height, block_hash: blockHash, head, seq } = tail.record;
    await ingestUntil({ height, blockHash, head, seq }, height + 5n);
    const records = await logged();
    expect(records.map((record) => record.height)).toEqual(
      records.map((_record, index) => genesis.height + 1n + BigInt(index)),
    );
  });

  it('stops at a block that does not follow the one it logged', async () => {
    const forked = { ...genesis, blockHash: 'AB'.repeat(32) };
    await expect(ingestUntil(forked, genesis.height + 1n)).rejects.toThrow(/follows block/);
    expect(await logTail(address)).toBeUndefined();
  });

  it('stops when the event chain does not begin where it should', async () => {
    const other = { ...genesis, head: 'cd'.repeat(32) };
    await expect(ingestUntil(other, await someHeightsOn())).rejects.toThrow(/the hash chain gives/);
  });

  it('refuses an rpc of another chain', async () => {
    await expect(ingestUntil(genesis, 1n, { chainId: 'other-1' })).rejects.toThrow(
      /the network is other-1/,
    );
  });
});
