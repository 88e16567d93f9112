import type { EncodeObject } from '@cosmjs/proto-signing';
import { PermanentError, TransientError, sleep } from '#libs/service';
import type { Chain, IncludedTx } from './chain.js';
import type { ExecuteMsg } from './messages.js';
import { executeMessage, signTx, type Funds } from './sign-tx.js';
import type { Wallet } from './wallet.js';

const GAS_MARGIN_PERCENT = 150n;
const POLL_MS = 100;
/** Blocks a convenience transaction waits for its inclusion. */
const TIMEOUT_BLOCKS = 100n;

/** A transaction that the chain refused or that failed in its block. */
export class TxFailedError extends PermanentError {
  constructor(readonly tx: { hash: string; code: number; codespace: string; log: string }) {
    super('tx_failed', `transaction ${tx.hash}: ${tx.codespace} ${tx.code}: ${tx.log}`);
  }
}

/** One call of the network's contract. */
export interface Call {
  msg: ExecuteMsg;
  funds?: readonly Funds[];
}

/** Executes all calls in one transaction (all or nothing) and waits for its block. Throws `TxFailedError`. */
export async function executeAll(
  chain: Chain,
  wallet: Wallet,
  calls: readonly Call[],
): Promise<IncludedTx> {
  const messages = calls.map((call) =>
    executeMessage(wallet.address, chain.network.contract, call),
  );
  return await sendAll(chain, wallet, messages);
}

/** Signs any messages, broadcasts and waits for the block. For one writer at a time per wallet. */
export async function sendAll(
  chain: Chain,
  wallet: Wallet,
  messages: readonly EncodeObject[],
): Promise<IncludedTx> {
  const account = await chain.account(wallet.address);
  if (account === undefined) {
    throw new PermanentError(
      'unfunded_account',
      `${wallet.address} does not exist on the chain; send it coins first`,
    );
  }
  const { latestHeight } = await chain.blocks.status();
  const timeoutHeight = latestHeight + TIMEOUT_BLOCKS;
  const signed = await signTx(wallet, {
    messages,
    chainId: chain.network.chain_id,
    ...account,
    gas: await estimateGas(chain, wallet, { messages, sequence: account.sequence }),
    gasPrice: chain.network.gas_price,
    timeoutHeight,
  });
  const answer = await chain.broadcast(signed.bytes);
  if (answer.code !== 0) throw new TxFailedError({ ...answer, hash: signed.hash });
  return await included(chain, signed.hash, timeoutHeight);
}

async function estimateGas(
  chain: Chain,
  wallet: Wallet,
  of: { messages: readonly EncodeObject[]; sequence: bigint },
): Promise<bigint> {
  try {
    const simulated = await chain.simulate(wallet, of.messages, of.sequence);
    return (simulated * GAS_MARGIN_PERCENT) / 100n;
  } catch (cause) {
    if (cause instanceof TransientError || !(cause instanceof Error)) throw cause;
    throw new PermanentError('tx_failed', `simulation: ${cause.message}`, { cause });
  }
}

async function included(chain: Chain, hash: string, timeoutHeight: bigint): Promise<IncludedTx> {
  for (;;) {
    const tx = await chain.tx(hash);
    if (tx !== undefined && tx.code !== 0) throw new TxFailedError(tx);
    if (tx !== undefined) return tx;
    const { latestHeight } = await chain.blocks.status();
    if (latestHeight > timeoutHeight + 1n)
      throw new TransientError(`transaction ${hash} was not included`);
    await sleep(POLL_MS);
  }
}
