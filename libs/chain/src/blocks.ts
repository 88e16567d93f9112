import type { Network } from '#libs/service';
import { z } from 'zod';
import { decodeBlockTx, type BlockTx } from './block-tx.js';
import { Rpc, type RpcOptions } from './rpc.js';

const decimal = z
  .string()
  .regex(/^-?\d+$/)
  .transform(BigInt);
const hex = z.string().regex(/^[0-9A-F]*$/);

const statusSchema = z.object({
  node_info: z.object({ network: z.string() }),
  sync_info: z.object({
    latest_block_height: decimal,
    latest_block_time: z.string(),
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
      time: z.string(),
      last_block_id: z.object({ hash: hex }),
      app_hash: hex,
    }),
    data: z.object({ txs: z.array(z.string()).nullable() }),
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
    const { node_info, sync_info } = statusSchema.parse(await this.rpc.call('status', {}));
    return {
      chainId: node_info.network,
      latestHeight: sync_info.latest_block_height,
      latestTime: sync_info.latest_block_time,
      earliestHeight: sync_info.earliest_block_height,
      catchingUp: sync_info.catching_up,
    };
  }

  async block(height: bigint): Promise<Block> {
    const answer = await this.rpc.call('block', { height: height.toString() });
    const { block_id, block } = blockSchema.parse(answer);
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
    const answer = await this.rpc.call('block_results', { height: height.toString() });
    const results = blockResultsSchema.parse(answer);
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
