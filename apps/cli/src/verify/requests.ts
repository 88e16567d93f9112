import type { Pool } from 'pg';
import { queries, type Chain } from '#libs/chain';
import type { Check, Report } from '../report.js';
import { checkOutputs, checkPanel, readSettled, type Settlement } from './settlement.js';

type Claimed = Report['requests'][number];

/** Each request of the report: its state and mode as the contract has them, its transactions where the chain has them. */
export async function checkRequests(
  on: { pool: Pool; chain: Chain; gatewaySecretFile: string },
  report: Report,
): Promise<Check[]> {
  const { pool, chain } = on;
  const checks: Check[] = [];
  for (const claimed of report.requests) {
    checks.push(...(await checkSettlement({ ...on, request: BigInt(claimed.id) })));
    checks.push(await checkState(chain, claimed));
    checks.push(await checkTransactions(chain, claimed));
    checks.push(await checkTimeline(pool, claimed));
  }
  return checks;
}

/** The delivered outputs and the drawn panel, recomputed. */
async function checkSettlement(settlement: Settlement): Promise<Check[]> {
  const settled = await readSettled(settlement);
  const name = `request ${settlement.request}: `;
  if (settled === undefined) return [{ name: `${name}is projected`, ok: false, detail: 'no row' }];
  const checks = [await checkOutputs(settlement, settled), await checkPanel(settlement, settled)];
  return checks.map((check) => ({ ...check, name: name + check.name }));
}

async function checkState(chain: Chain, claimed: Claimed): Promise<Check> {
  const { state } = await queries.request(chain, BigInt(claimed.id));
  return {
    name: `request ${claimed.id}: the contract has it in the reported state`,
    ok: state === claimed.state,
    detail: `reported ${claimed.state}, contract ${state}`,
  };
}

/** Asks the rpc for every block named and looks for the transaction in it, successful. */
async function checkTransactions(chain: Chain, claimed: Claimed): Promise<Check> {
  const problems: string[] = [];
  for (const [at, hash] of claimed.txs.entries()) {
    const height = BigInt(claimed.heights[at] ?? 0);
    const block = await chain.blocks.block(height);
    const index = block.txs.find((tx) => tx.hash === hash)?.index;
    const result = (await chain.blocks.blockResults(height)).txs[index ?? -1];
    if (result?.code !== 0) problems.push(`${hash} is not a successful transaction of ${height}`);
  }
  return {
    name: `request ${claimed.id}: every transaction is in its block`,
    ok: problems.length === 0 && claimed.txs.length === claimed.heights.length,
    detail: problems[0] ?? `${claimed.txs.length} transactions`,
  };
}

async function checkTimeline(pool: Pool, claimed: Claimed): Promise<Check> {
  const { rows } = await pool.query<{ tx_hash: string; height: string }>(
    'select tx_hash, height from read.request_timeline where request = $1 group by tx_hash, height order by min(seq)',
    [claimed.id],
  );
  const told = claimed.txs.map((hash, at) => `${hash}@${claimed.heights[at] ?? ''}`);
  const projected = rows.map((row) => `${row.tx_hash}@${row.height}`);
  return {
    name: `request ${claimed.id}: the report names the projected transactions, all of them`,
    ok: told.join() === projected.join(),
    detail: `reported ${told.length}, projected ${projected.length}`,
  };
}
