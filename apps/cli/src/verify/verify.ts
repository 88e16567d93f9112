import type { Pool } from 'pg';
import type { Chain } from '#libs/chain';
import { PermanentError, sleep } from '#libs/service';
import type { Check, Report } from '../report.js';
import { compareBlocks, compareTransactions } from './blocks.js';
import { accountedOf, chainTerms, projectedTerms } from './conservation.js';
import { compareFolds } from './folds.js';
import { rawHead, walkArchive } from './hash-chain.js';
import { checkRequests } from './requests.js';
import { compareTable, tableChecks, type Compared } from './tables.js';

const TRIES = 20;
const RETRY_MS = 500;

/** Where a network is verified: its database, its chain, and the secret that opens delivered outputs. */
export interface VerifyInput {
  pool: Pool;
  chain: Chain;
  gatewaySecretFile: string;
}

/**
 * Recomputes what a report claims from the chain's rpc and Postgres alone. The chain moves while it is read, so
 * chain and projection are compared at one head: a pass during which it moved is repeated.
 */
export async function verifyNetwork(on: VerifyInput, report: Report): Promise<Check[]> {
  const { pool, chain } = on;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = await projectedHead(pool);
    const tip = await rawHead(chain, 0n);
    if (tip.head === before.head) {
      const checks = await verifyOnce(on, report);
      const after = await rawHead(chain, 0n);
      if (after.head === before.head || checks.every(({ ok }) => ok)) return checks;
    }
    await sleep(RETRY_MS);
  }
  throw new PermanentError(
    'never_quiet',
    `chain and projection were at different heads in ${TRIES} tries; is the projector running?`,
  );
}

async function projectedHead(pool: Pool): Promise<{ head: string; seq: bigint; height: bigint }> {
  const { rows } = await pool.query<{ head: string; seq: string; height: string }>(
    'select head, seq, height from read.position',
  );
  const row = rows[0];
  if (row === undefined) throw new PermanentError('nothing_projected', 'the projection is empty');
  return { head: row.head, seq: BigInt(row.seq), height: BigInt(row.height) };
}

async function verifyOnce(on: VerifyInput, report: Report): Promise<Check[]> {
  const { pool, chain } = on;
  return [
    ...report.checks.map((check) => ({ ...check, name: `reported: ${check.name}` })),
    ...(await verifyHashChain(pool, chain)),
    ...(await verifyMoney(on, report)),
    ...(await verifyTables(pool, chain)),
    ...(await checkRequests(on, report)),
  ];
}

async function verifyHashChain(pool: Pool, chain: Chain): Promise<Check[]> {
  const position = await projectedHead(pool);
  const walked = await walkArchive(pool, chain);
  const raw = await rawHead(chain, position.height);
  return [
    {
      name: 'hash chain: the archive hashes from its first event to its last',
      ok: walked.broken === undefined,
      detail: walked.broken ?? `${walked.seq} events`,
    },
    {
      name: 'hash chain: it ends at the head in the contract’s raw state',
      ok: walked.head === raw.head && walked.seq === raw.seq && position.head === raw.head,
      detail: `height ${position.height}: archive ${walked.head} at ${walked.seq}, chain ${raw.head} at ${raw.seq}`,
    },
  ];
}

async function verifyMoney(on: VerifyInput, report: Report): Promise<Check[]> {
  const { pool, chain } = on;
  const onChain = await chainTerms(chain);
  const projected = await projectedTerms(pool);
  const terms = Object.entries(projected) as [keyof typeof projected, bigint][];
  const { bank, accounted } = report.conservation;
  return [
    ...terms.map(([name, value]) => ({
      name: `conservation: ${name} is the same in both`,
      ok: value === onChain[name],
      detail: `projection ${value}, contract ${onChain[name]}`,
    })),
    {
      name: 'conservation: the bank holds what is accounted for',
      ok: onChain.bank >= accountedOf(onChain),
      detail: `bank ${onChain.bank}, accounted ${accountedOf(onChain)}`,
    },
    {
      name: 'conservation: the report’s figures balance',
      ok: BigInt(bank) >= BigInt(accounted),
      detail: `bank ${bank}, accounted ${accounted}`,
    },
  ];
}

async function verifyTables(pool: Pool, chain: Chain): Promise<Check[]> {
  const compared = [];
  for (const check of tableChecks) compared.push(await compareTable(pool, chain, check));
  compared.push(await compareTransactions(pool, chain), await compareBlocks(pool, chain));
  const folded = await compareFolds(pool);
  return [
    ...compared.map((table) => checkOf(table, 'equals what the chain holds')),
    ...folded.map((table) => checkOf(table, 'is the fold of the proven archive')),
  ];
}

/** A table without rows proves nothing: a paid request leaves rows in every one of them. */
const checkOf = ({ table, rows, difference }: Compared, claim: string): Check => ({
  name: `table ${table} ${claim}`,
  ok: difference === undefined && rows > 0,
  detail: difference ?? `${rows} rows`,
});
