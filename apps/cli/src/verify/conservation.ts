import type { Pool } from 'pg';
import { queries, type Chain } from '#libs/chain';

/** The terms of conservation in utoma. `bank` is what the contract's account holds, the others what it owes. */
export interface Terms {
  bank: bigint;
  balances: bigint;
  collateral: bigint;
  escrows: bigint;
  unclaimed: bigint;
  treasury: bigint;
  reserve: bigint;
  deposits: bigint;
}

export const accountedOf = (terms: Omit<Terms, 'bank'>): bigint =>
  terms.balances +
  terms.collateral +
  terms.escrows +
  terms.unclaimed +
  terms.treasury +
  terms.reserve +
  terms.deposits;

/** Each term summed over the contract's own lists, the bank read from the bank; the pools as the contract holds them. */
export async function chainTerms(chain: Chain): Promise<Terms> {
  const tickets = await queries.tickets(chain);
  const open = (await queries.requests(chain)).filter((request) => isOpen(request.state));
  const { pools } = await queries.conservation(chain);
  return {
    bank: await chain.balance(chain.network.contract),
    balances: sum((await queries.balances(chain)).map(({ balance }) => balance)),
    collateral: sum(tickets.map(({ collateral }) => collateral)),
    escrows: sum(open.map(({ charge_max }) => charge_max)),
    unclaimed: sum(tickets.map(({ unclaimed }) => unclaimed)),
    ...pools,
  };
}

interface TermRow {
  balances: string;
  collateral: string;
  escrows: string;
  unclaimed: string;
  treasury: string;
  reserve: string;
  deposits: string;
}

/** The same terms from the projection alone. */
export async function projectedTerms(pool: Pool): Promise<Omit<Terms, 'bank'>> {
  const { rows } = await pool.query<TermRow>(`select
    (select coalesce(sum(balance), 0) from read.balances) as balances,
    (select coalesce(sum(collateral), 0) from read.tickets) as collateral,
    (select coalesce(sum(charge_max), 0) from read.requests where state in ('pending', 'assigned', 'revealing', 'agreed')) as escrows,
    (select coalesce(sum(unclaimed), 0) from read.tickets) as unclaimed,
    treasury, reserve, deposits from read.network`);
  const row = rows[0];
  if (row === undefined) throw new Error('the projection holds no network yet');
  return {
    balances: BigInt(row.balances),
    collateral: BigInt(row.collateral),
    escrows: BigInt(row.escrows),
    unclaimed: BigInt(row.unclaimed),
    treasury: BigInt(row.treasury),
    reserve: BigInt(row.reserve),
    deposits: BigInt(row.deposits),
  };
}

const OPEN_STATES: readonly string[] = ['pending', 'assigned', 'revealing', 'agreed'];
const isOpen = (state: string): boolean => OPEN_STATES.includes(state);
const sum = (amounts: readonly bigint[]): bigint =>
  amounts.reduce((total, amount) => total + amount, 0n);
