import { connectChain, type Block, type BlockResults, type Chain } from '#libs/chain';
import { connect, type Pool } from '#libs/database';
import { sleep, type Network } from '#libs/service';

type Body = Record<string, string | null>;

/**
 * Stands in for ingester and projector in specs of the sequencer alone: writes the few read rows it needs (position,
 * transactions, outcomes of actions, balances) from the real chain's blocks, a block a transaction, in order.
 */
export class LogShadow {
  readonly #stopping = new AbortController();
  readonly #chain: Chain;
  readonly #pool: Pool;
  #running: Promise<void> = Promise.resolve();

  constructor(network: Network, adminUrl: string) {
    this.#chain = connectChain(network);
    this.#pool = connect(adminUrl, { name: 'shadow', searchPath: 'projection_v1' });
  }

  /** Starts behind the chain's present height. */
  async start(): Promise<void> {
    const { latestHeight } = await this.#chain.blocks.status();
    this.#running = this.#follow(latestHeight + 1n);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#pool.end();
  }

  async #follow(first: bigint): Promise<void> {
    let next = first;
    while (!this.#stopping.signal.aborted) {
      const { latestHeight } = await this.#chain.blocks.status();
      for (; next < latestHeight; next += 1n) await this.#apply(next);
      await sleep(50, this.#stopping.signal);
    }
  }

  async #apply(height: bigint): Promise<void> {
    const block = await this.#chain.blocks.block(height);
    const results = await this.#chain.blocks.blockResults(height);
    const client = await this.#pool.connect();
    try {
      await client.query('BEGIN');
      for (const { sql, values } of statementsOf(block, results, this.#chain.network.contract)) {
        await client.query(sql, values);
      }
      await client.query(`SELECT pg_notify('applied', $1)`, [height.toString()]);
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  }
}

interface Statement {
  sql: string;
  values: unknown[];
}

function statementsOf(block: Block, results: BlockResults, contract: string): Statement[] {
  const ours = block.txs.filter((tx) => tx.callsContract);
  return [
    ...ours.map((tx): Statement => {
      const result = results.txs[tx.index];
      return {
        sql: `INSERT INTO transactions VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        values: [
          tx.hash,
          block.height,
          tx.index,
          result?.code,
          result?.codespace,
          result?.gasWanted,
          result?.gasUsed,
          result?.log,
          tx.signers,
        ],
      };
    }),
    ...ours.flatMap((tx) =>
      eventsOf(results, tx.index, contract).flatMap((event) =>
        rowsOf(event, block.height, tx.hash),
      ),
    ),
    {
      sql: `INSERT INTO position (height, seq, head, term, block_hash, block_time, time_seconds)
            VALUES ($1, 0, '', 1, $2, $3, $4)
            ON CONFLICT (singleton) DO UPDATE SET height = $1, block_hash = $2, block_time = $3, time_seconds = $4`,
      values: [block.height, block.hash, block.time, block.timeSeconds],
    },
  ];
}

interface ContractEvent {
  seq: string;
  type: string;
  body: Body;
}

function eventsOf(results: BlockResults, index: number, contract: string): ContractEvent[] {
  return (results.txs[index]?.events ?? []).flatMap((event) => {
    const of = Object.fromEntries(event.attributes.map(({ key, value }) => [key, value]));
    if (event.type !== 'wasm-atoma' || of['_contract_address'] !== contract) return [];
    return [
      {
        seq: of['seq'] ?? '',
        type: of['type'] ?? '',
        body: JSON.parse(of['body'] ?? '{}') as Body,
      },
    ];
  });
}

function rowsOf({ seq, type, body }: ContractEvent, height: bigint, hash: string): Statement[] {
  if (type === 'balance.credited.v1' || type === 'balance.debited.v1') {
    const sql = `INSERT INTO balances VALUES ($1, $2) ON CONFLICT (address) DO UPDATE SET balance = $2`;
    return [{ sql, values: [body['address'], body['balance']] }];
  }
  if (type !== 'action.accepted.v1' && type !== 'action.refused.v1') return [];
  const outcome = type === 'action.accepted.v1' ? 'accepted' : 'refused';
  const sql = `INSERT INTO actions (digest, seq, index, signer, kind, outcome, code, height, tx_hash)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;
  const { digest, index, signer, kind, code } = body;
  return [{ sql, values: [digest, seq, index, signer, kind, outcome, code, height, hash] }];
}
