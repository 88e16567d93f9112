import { encodeSecp256k1Pubkey } from '@cosmjs/amino';
import { CosmWasmClient } from '@cosmjs/cosmwasm';
import type { EncodeObject } from '@cosmjs/proto-signing';
import {
  QueryClient,
  setupAuthExtension,
  setupTxExtension,
  type AuthExtension,
  type TxExtension,
} from '@cosmjs/stargate';
import { Comet38Client } from '@cosmjs/tendermint-rpc';
import { BaseAccount } from 'cosmjs-types/cosmos/auth/v1beta1/auth';
import { TransientError, type Network } from '#libs/service';
import { z } from 'zod';
import { canonicalAddress } from './address.js';
import { BlockClient } from './blocks.js';
import { Rpc, type RpcOptions } from './rpc.js';
import { encodeMessages } from './sign-tx.js';
import type { Wallet } from './wallet.js';

/** wasmd keeps a contract's state under this byte and the contract's canonical address. */
const CONTRACT_STORE = 0x03;

const broadcastSchema = z.object({
  code: z.number(),
  codespace: z.string().default(''),
  log: z.string().default(''),
  hash: z.string(),
});

/** What the rpc's check of a transaction said; `code` 0 means that it waits for a block. */
export type BroadcastAnswer = z.output<typeof broadcastSchema>;

export interface Account {
  accountNumber: bigint;
  /** The next one that the chain expects, by committed state. */
  sequence: bigint;
}

/** A transaction that a block contains. */
export interface IncludedTx {
  hash: string;
  height: bigint;
  code: number;
  codespace: string;
  log: string;
  gasUsed: bigint;
  events: readonly { type: string; attributes: readonly { key: string; value: string }[] }[];
}

/** A chain and the network's contract on it. Every call is idempotent and retried as `Rpc` says. */
export class Chain {
  readonly blocks: BlockClient;
  readonly comet: Comet38Client;
  readonly client: CosmWasmClient;
  readonly #query: QueryClient & AuthExtension & TxExtension;

  constructor(
    readonly network: Network,
    readonly rpc: Rpc,
  ) {
    this.blocks = new BlockClient(rpc, network);
    this.comet = Comet38Client.create(rpc.transport);
    this.client = CosmWasmClient.create(this.comet);
    this.#query = QueryClient.withExtensions(this.comet, setupAuthExtension, setupTxExtension);
  }

  /** Undefined while the chain has never heard of the address. Numbers of accounts here exceed 2^53. */
  async account(address: string): Promise<Account | undefined> {
    const found = await this.#query.auth.account(address).catch(unlessUnknown);
    if (found === undefined || found === null) return undefined;
    const { accountNumber, sequence } = BaseAccount.decode(found.value);
    return { accountNumber, sequence };
  }

  /** Gas that the messages would use now; a contract's refusal throws with its log. */
  async simulate(
    wallet: Wallet,
    messages: readonly EncodeObject[],
    sequence: bigint,
  ): Promise<bigint> {
    const { gasInfo } = await this.#query.tx.simulate(
      encodeMessages(messages),
      undefined,
      encodeSecp256k1Pubkey(wallet.publicKey),
      Number(sequence),
    );
    if (gasInfo === undefined) throw new TransientError('rpc: a simulation without gas');
    return gasInfo.gasUsed;
  }

  /** Coins of the address in the network's denom. */
  async balance(address: string): Promise<bigint> {
    const coin = await this.client.getBalance(address, this.network.denom);
    return BigInt(coin.amount);
  }

  /** Hands signed bytes to the mempool; sending the same bytes twice is harmless. */
  async broadcast(bytes: Uint8Array): Promise<BroadcastAnswer> {
    const tx = Buffer.from(bytes).toString('base64');
    return await this.rpc.read('broadcast_tx_sync', { tx }, broadcastSchema);
  }

  /** Undefined while no block contains it, or the rpc's index is behind the block. */
  async tx(hash: string): Promise<IncludedTx | undefined> {
    const { txs } = await this.comet.txSearch({ query: `tx.hash='${hash}'` });
    const found = txs[0];
    if (found === undefined) return undefined;
    const { code, codespace, log, gasUsed, events } = found.result;
    return {
      hash,
      height: BigInt(found.height),
      code,
      codespace: codespace ?? '',
      log: log ?? '',
      gasUsed,
      events,
    };
  }

  /** The bytes under a plain key of the contract's state (empty if none), at the tip or the height named. */
  async rawState(key: string, height?: bigint): Promise<{ value: Uint8Array; height: bigint }> {
    const data = Buffer.concat([
      Buffer.from([CONTRACT_STORE]),
      canonicalAddress(this.network.contract),
      Buffer.from(key),
    ]);
    const answer = await this.comet.abciQuery({
      path: '/store/wasm/key',
      data,
      ...(height === undefined ? {} : { height: Number(height) }),
    });
    if (answer.code !== 0) throw new TransientError(`rpc: state of ${key}: ${answer.log ?? ''}`);
    return { value: answer.value, height: BigInt(answer.height ?? 0) };
  }

  /** A contract query, unparsed; `queries.ts` has the typed ones. */
  async queryContract(msg: Record<string, unknown>): Promise<unknown> {
    return await this.client.queryContractSmart(this.network.contract, msg);
  }
}

/** The chain answers with code 22 (not found) in place of an empty account; CosmJS passes it on in the text alone. */
function unlessUnknown(error: unknown): undefined {
  if (error instanceof Error && /\(22\)|key not found|not found/.test(error.message))
    return undefined;
  throw error;
}

/** Opens no connection yet: the first call does. */
export const connectChain = (network: Network, options: RpcOptions = {}): Chain =>
  new Chain(network, new Rpc(network.rpcs, options));
