import type { Network } from '#libs/service';
import { z } from 'zod';
import { decodeBlockTx, type BlockTx } from './block-tx.js';
import { Rpc, type RpcOptions } from './rpc.js';

const decimal = z
  .string()
  .regex(/^-?\d+$/)
  .transform(BigInt);
const hex = z.string().regex(/^[0-9A-F]*$/);
/** RFC 3339 in UTC, with up to nine digits of a fraction. */
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
const base64 = z
  .string()
  .regex(/^[A-Za-z0-9+/]*={0,2}$/)
  .refine((text) => text.length % 4 === 0);

const statusSchema = z.object({
  node_info: z.object({ network: z.string() }),
  sync_info: z.object({
    latest_block_height: decimal,
    latest_block_time: time,
    earliest_block_height: decimal,
    catching_up: z.boolean(),
  }),
});

const blockSchema = z.object({
  block_id: z.object({ hash: hex }),
  block: z.object({
    header: z.object({
      chain_id: z.string(),
      height: decimal,
      time,
      last_block_id: z.object({ hash: hex }),
      app_hash: hex,
    }),
    data: z.object({ txs: z.array(base64).nullable() }),
  }),
});

const eventSchema = z.object({
  type: z.string(),
  attributes: z
    .array(
      z.object({
        key: z.string(),
        value: z
          .string()
          .nullish()
          .transform((value) => value ?? ''),
      }),
    )
    .nullish()
    .transform((attributes) => attributes ?? []),
});

const resultSchema = z
  .object({
    code: z.number().default(0),
    codespace: z.string().default(''),
    log: z.string().default(''),
    gas_wanted: decimal.default(0n),
    gas_used: decimal.default(0n),
    events: z.array(eventSchema).nullish(),
  })
  .transform(({ gas_wanted, gas_used, events, ...rest }) => ({
    ...rest,
    gasWanted: gas_wanted,
    gasUsed: gas_used,
    events: events ?? [],
  }));

const blockResultsSchema = z.object({
  height: decimal,
  app_hash: z.string().default(''),
  txs_results: z.array(resultSchema).nullish(),
  finalize_block_events: z.array(eventSchema).nullish(),
});

/** Where the rpc stands. Heights that it can answer are `earliestHeight` to `latestHeight`. */
export interface ChainStatus {
  chainId: string;
  latestHeight: bigint;
  /** RFC 3339 with nanoseconds. */
  latestTime: string;
  earliestHeight: bigint;
  catchingUp: boolean;
}

export interface Block {
  chainId: string;
  height: bigint;
  /** RFC 3339 with nanoseconds, as in the header. */
  time: string;
  /** The time's whole seconds: what the contract sees as block time. */
  timeSeconds: bigint;
  /** Upper-case hex, like all hashes here. */
  hash: string;
  previousHash: string;
  /** State after the block before this one. */
  appHash: string;
  txs: BlockTx[];
}

/** An ABCI event; contract events carry `_contract_address` and `msg_index` among their attributes. */
export type ChainEvent = z.output<typeof eventSchema>;
/** What execution made of one transaction; `code` 0 is success. */
export type TxResult = z.output<typeof resultSchema>;

export interface BlockResults {
  height: bigint;
  /** In the order of the block's transactions. */
  txs: TxResult[];
  /** Emitted outside of transactions; attribute `mode` is BeginBlock or EndBlock. */
  events: ChainEvent[];
}

/** Reads blocks by height. Throws `TransientError` for a height the rpc does not have (yet, or any more). */
export class BlockClient {
  constructor(
    private readonly rpc: Rpc,
    private readonly network: Pick<Network, 'contract' | 'prefix'>,
  ) {}

  async status(): Promise<ChainStatus> {
    const { node_info, sync_info } = await this.rpc.read('status', {}, statusSchema);
    return {
      chainId: node_info.network,
      latestHeight: sync_info.latest_block_height,
      latestTime: sync_info.latest_block_time,
      earliestHeight: sync_info.earliest_block_height,
      catchingUp: sync_info.catching_up,
    };
  }

  async block(height: bigint): Promise<Block> {
    const params = { height: height.toString() };
    const { block_id, block } = await this.rpc.read('block', params, blockSchema);
    const { header } = block;
    return {
      chainId: header.chain_id,
      height: header.height,
      time: header.time,
      timeSeconds: wholeSeconds(header.time),
      hash: block_id.hash,
      previousHash: header.last_block_id.hash,
      appHash: header.app_hash,
      txs: (block.data.txs ?? []).map((tx, index) => decodeBlockTx(tx, index, this.network)),
    };
  }

  async blockResults(height: bigint): Promise<BlockResults> {
    const params = { height: height.toString() };
    const results = await this.rpc.read('block_results', params, blockResultsSchema);
    return {
      height: results.height,
      txs: results.txs_results ?? [],
      events: results.finalize_block_events ?? [],
    };
  }
}

/** A block client for the network's rpcs, which are tried in order. */
export const createBlockClient = (
  network: Pick<Network, 'rpcs' | 'contract' | 'prefix'>,
  options: RpcOptions = {},
): BlockClient => new BlockClient(new Rpc(network.rpcs, options), network);

/** Floors an RFC 3339 time to unix seconds without going through floating milliseconds. */
export function wholeSeconds(time: string): bigint {
  const ms = Date.parse(time.replace(/\.\d+/, ''));
  return BigInt(ms / 1000);
}
