import { beforeAll, describe, expect, it } from 'vitest';
import { fundedWallet, ownNetwork } from '../../../test/support/chain.js';
import {
  devParams,
  executeAll,
  executeMessage,
  queries,
  rawHead,
  signTx,
  TxFailedError,
  type Chain,
  type TxPlan,
  type Wallet,
} from './index.js';

let chain: Chain;
let founder: Wallet;

beforeAll(async () => {
  ({ chain, founder } = await ownNetwork());
});

const planOf = async (changes: Partial<TxPlan>): Promise<TxPlan> => {
  const account = await chain.account(founder.address);
  const { latestHeight } = await chain.blocks.status();
  return {
    messages: [executeMessage(founder.address, chain.network.contract, { msg: { tick: {} } })],
    chainId: chain.network.chain_id,
    accountNumber: account?.accountNumber ?? 0n,
    sequence: account?.sequence ?? 0n,
    gas: 400_000n,
    gasPrice: chain.network.gas_price,
    timeoutHeight: latestHeight + 20n,
    ...changes,
  };
};

const waitFor = async (hash: string) => await vitestWait(async () => await chain.tx(hash));

async function vitestWait<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('nothing came within ten seconds');
}

describe('a founded contract', () => {
  it('is its own admin', async () => {
    const { contract } = chain.network;
    expect((await chain.client.getContract(contract)).admin).toBe(contract);
  });

  it('has the parameters it was founded with', async () => {
    const config = await queries.config(chain);
    expect(config).toMatchObject({ denom: 'utoma', governance: founder.address, migration: null });
    expect(devParams.epoch_seconds).toBe(10);
  });

  it('tells the same head by query and by raw state', async () => {
    const { head, seq } = await rawHead(chain);
    expect(await queries.head(chain)).toEqual({ head, seq });
    expect(seq).toBeGreaterThan(0n);
  });
});

describe('executing', () => {
  it('carries coins into the ledger and waits for the block', async () => {
    const funds = [{ denom: 'utoma', amount: 5_000n }];
    const tx = await executeAll(chain, founder, [{ msg: { deposit: {} }, funds }]);
    expect(tx.code).toBe(0);
    expect(await queries.balance(chain, founder.address)).toBe(5_000n);
    const { accounted, bank } = await queries.conservation(chain);
    expect(bank).toBeGreaterThanOrEqual(accounted);
  });

  it('throws what the contract refuses, by a type that carries the log', async () => {
    const stranger = await fundedWallet(chain, 1_000_000n);
    const refused = executeAll(chain, stranger, [{ msg: { withdraw: { amount: 7n } } }]);
    await expect(refused).rejects.toThrow(/needs 7; deposit the difference/);
  });
});

describe('signed bytes', () => {
  it('are included once however often they are sent', async () => {
    const plan = await planOf({});
    const signed = await signTx(founder, plan);
    expect((await chain.broadcast(signed.bytes)).code).toBe(0);
    const tx = await waitFor(signed.hash);
    expect(tx.code).toBe(0);
    const again = await chain.broadcast(signed.bytes).catch(() => ({ code: -1 }));
    expect(again.code).not.toBe(0);
    expect((await chain.account(founder.address))?.sequence).toBe(plan.sequence + 1n);
  });

  it('are refused with a code of the chain when the sequence is wrong', async () => {
    const { sequence } = await planOf({});
    const signed = await signTx(founder, await planOf({ sequence: sequence + 5n }));
    expect(await chain.broadcast(signed.bytes)).toMatchObject({ code: 32, codespace: 'sdk' });
  });

  it('are refused after their timeout height', async () => {
    const signed = await signTx(founder, await planOf({ timeoutHeight: 1n }));
    expect(await chain.broadcast(signed.bytes)).toMatchObject({ code: 30, codespace: 'sdk' });
  });

  it('appear in their block with signer, outcome and the mark of our contract, failed or not', async () => {
    const withdraw = { msg: { withdraw: { amount: 1n << 90n } } };
    const messages = [executeMessage(founder.address, chain.network.contract, withdraw)];
    const signed = await signTx(founder, await planOf({ messages, memo: 'spec' }));
    await chain.broadcast(signed.bytes);
    const { height } = await waitFor(signed.hash);
    const block = await chain.blocks.block(height);
    const index = block.txs.findIndex((tx) => tx.hash === signed.hash);
    const said = { signers: [founder.address], memo: 'spec', callsContract: true };
    expect(block.txs[index]).toMatchObject(said);
    const results = await chain.blocks.blockResults(height);
    expect(results.txs[index]).toMatchObject({ code: 5, codespace: 'wasm', gasWanted: 400_000n });
  });
});

describe('TxFailedError', () => {
  it('names code, codespace and hash', () => {
    const error = new TxFailedError({ hash: 'AB', code: 5, codespace: 'wasm', log: 'why' });
    expect(error).toMatchObject({ code: 'tx_failed', tx: { code: 5, hash: 'AB' } });
  });
});
