import type { Pool } from 'pg';
import type { Chain } from '#libs/chain';
import type { Compared } from './tables.js';

interface TxRow {
  hash: string;
  height: string;
  index: number;
  code: number;
  gas_used: string;
}

/** Asks the rpc for every block with a projected transaction: hash, place, code and gas must be the chain's. */
export async function compareTransactions(pool: Pool, chain: Chain): Promise<Compared> {
  const { rows } = await pool.query<TxRow>(
    'select hash, height, index, code, gas_used from read.transactions order by height, index',
  );
  const result = { table: 'transactions', rows: rows.length };
  for (const row of rows) {
    const height = BigInt(row.height);
    const block = await chain.blocks.block(height);
    const { txs } = await chain.blocks.blockResults(height);
    const onChain = txs[row.index];
    const same =
      block.txs[row.index]?.hash === row.hash &&
      onChain?.code === row.code &&
      onChain.gasUsed === BigInt(row.gas_used);
    if (!same) return { ...result, difference: `${row.hash} is not what block ${height} holds` };
  }
  return { ...result, difference: undefined };
}

/** Checks that projected blocks are gapless and that each names the one before it; the last is the rpc's. */
export async function compareBlocks(pool: Pool, chain: Chain): Promise<Compared> {
  const { rows } = await pool.query<{ blocks: string; broken: string; last: string; hash: string }>(
    `select count(*) as blocks,
       count(*) filter (where before is not null and (before_height <> height - 1 or before <> previous_block_hash)) as broken,
       max(height) as last, (array_agg(block_hash order by height desc))[1] as hash
     from (select height, previous_block_hash, block_hash, lag(block_hash) over w as before, lag(height) over w as before_height
           from read.blocks window w as (order by height)) linked`,
  );
  const { blocks = '0', broken = '?', last = '0', hash = '' } = rows[0] ?? {};
  const tip = await chain.blocks.block(BigInt(last));
  const result = { table: 'blocks', rows: Number(blocks) };
  if (broken !== '0') return { ...result, difference: `${broken} blocks do not follow` };
  return {
    ...result,
    difference: tip.hash === hash ? undefined : `block ${last} is ${tip.hash} on chain`,
  };
}
