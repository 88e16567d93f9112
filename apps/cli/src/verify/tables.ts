import type { Pool } from 'pg';
import { queries, type Chain } from '#libs/chain';

/** A row as both sides write it: column -> text, absent values as the empty string. */
export type Row = Record<string, string>;

export interface Compared {
  table: string;
  rows: number;
  /** The first difference in words; undefined if the sides agree. */
  difference: string | undefined;
}

/** One projected table beside what the contract says of the same things, both keyed by `key`. */
export interface TableCheck {
  table: string;
  key: string;
  sql: string;
  chain: (chain: Chain) => Promise<Row[]>;
}

const text = (value: string | number | bigint | boolean | null | undefined): string =>
  value === null || value === undefined ? '' : String(value);
const hexOf = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');

const balances: TableCheck = {
  table: 'balances',
  key: 'address',
  sql: 'select address, balance from read.balances where balance > 0',
  chain: async (chain) =>
    (await queries.balances(chain))
      .filter(({ balance }) => balance > 0n)
      .map(({ address, balance }) => ({ address, balance: text(balance) })),
};

const tickets: TableCheck = {
  table: 'tickets',
  key: 'ticket',
  sql: 'select ticket, owner, echelon, work_key, sealing_key, beacon_key, collateral, locked, unclaimed from read.tickets',
  chain: async (chain) =>
    (await queries.tickets(chain)).map((ticket) => ({
      ticket: text(ticket.ticket),
      owner: ticket.owner,
      echelon: text(ticket.echelon),
      work_key: hexOf(ticket.work_key),
      sealing_key: hexOf(ticket.sealing_key),
      beacon_key: hexOf(ticket.beacon_key),
      collateral: text(ticket.collateral),
      locked: text(ticket.locked),
      unclaimed: text(ticket.unclaimed),
    })),
};

const models: TableCheck = {
  table: 'models',
  key: 'model',
  sql: 'select model, state, owner, weights_root, chunk_size, context_limit, tokenizer_hash, template_hash, owner_fee_bps, deposit from read.models',
  chain: async (chain) =>
    (await queries.models(chain)).map((model) => ({
      model: model.model,
      state: model.state,
      owner: model.owner,
      weights_root: model.weights_root,
      chunk_size: text(model.chunk_size),
      context_limit: text(model.context_limit),
      tokenizer_hash: model.tokenizer_hash,
      template_hash: model.template_hash,
      owner_fee_bps: text(model.owner_fee_bps),
      deposit: text(model.deposit),
    })),
};

const echelons: TableCheck = {
  table: 'echelons',
  key: 'echelon',
  sql: 'select echelon, collateral, reserve_price from read.echelons',
  chain: async (chain) =>
    (await queries.echelons(chain)).map(({ echelon, collateral, reserve_price }) => ({
      echelon,
      collateral: text(collateral),
      reserve_price: text(reserve_price),
    })),
};

const subscriptions: TableCheck = {
  table: 'subscriptions',
  key: 'ticket',
  sql: 'select ticket, model, from_epoch from read.subscriptions',
  chain: async (chain) =>
    (await queries.tickets(chain)).flatMap(({ ticket, subscriptions: held }) =>
      held.map(({ model, from_epoch }) => ({
        ticket: text(ticket),
        model,
        from_epoch: text(from_epoch),
      })),
    ),
};

const markets: TableCheck = {
  table: 'markets',
  key: 'model',
  sql: 'select model, echelon, price, list_epoch, serving, closed from read.markets',
  chain: async (chain) => {
    const [known, classes] = [await queries.models(chain), await queries.echelons(chain)];
    const pairs = known.flatMap(({ model }) => classes.map(({ echelon }) => ({ model, echelon })));
    const found = await Promise.all(pairs.map((pair) => queries.market(chain, pair)));
    return found.map((market) => ({
      model: market.model,
      echelon: market.echelon,
      price: text(market.price),
      list_epoch: text(market.list_epoch),
      serving: text(market.serving),
      closed: text(market.closed),
    }));
  },
};

const requests: TableCheck = {
  table: 'requests',
  key: 'request',
  sql: `select request, requester, model, echelon, state, n, price, slice, input_hash, params_hash, input_tokens,
    max_output_tokens, max_fee, charge_max, list_epoch, expires_at from read.requests`,
  chain: async (chain) =>
    (await queries.requests(chain)).map((request) => ({
      request: text(request.request),
      requester: request.requester,
      model: request.model,
      echelon: request.echelon,
      state: request.state,
      n: text(request.n),
      price: text(request.price),
      slice: text(request.slice),
      input_hash: request.input_hash,
      params_hash: request.params_hash,
      input_tokens: text(request.input_tokens),
      max_output_tokens: text(request.max_output_tokens),
      max_fee: text(request.max_fee),
      charge_max: text(request.charge_max),
      list_epoch: text(request.list_epoch),
      expires_at: text(request.expires_at),
    })),
};

const slots: TableCheck = {
  table: 'request_slots',
  key: 'slot',
  sql: `select request || '/' || slot as slot, attempt, ticket, owner, state, commitment, leaf, output_tokens
    from (select distinct on (request, slot) * from read.request_slots order by request, slot, attempt desc) latest`,
  chain: async (chain) =>
    (await queries.requests(chain)).flatMap(({ request, slots: held }) =>
      held.map((slot) => ({
        slot: `${request}/${slot.slot}`,
        attempt: text(slot.attempt),
        ticket: text(slot.ticket),
        owner: slot.owner,
        state: slot.stage === 'vacant' ? 'vacated' : slot.stage,
        commitment: text(slot.commitment),
        leaf: text(slot.leaf),
        output_tokens: text(slot.output_tokens),
      })),
    ),
};

/** Tables whose rows the contract's own state repeats. The archive is compared by the hash chain instead. */
export const tableChecks: readonly TableCheck[] = [
  balances,
  tickets,
  models,
  echelons,
  subscriptions,
  markets,
  requests,
  slots,
];

/** Compares two sets of rows by key; both must hold the same keys and the same text in every column. */
export function compareRows(
  check: Pick<TableCheck, 'table' | 'key'>,
  sql: Row[],
  chain: Row[],
): Compared {
  const byKey = new Map(chain.map((row) => [row[check.key] ?? '', row]));
  const result = { table: check.table, rows: sql.length };
  for (const row of sql) {
    const key = row[check.key] ?? '';
    const other = byKey.get(key);
    if (other === undefined) return { ...result, difference: `${key} is not in the contract` };
    const column = Object.keys(other).find((name) => other[name] !== row[name]);
    if (column !== undefined) {
      const difference = `${key}: ${column} is ${row[column] ?? ''}, the contract says ${other[column] ?? ''}`;
      return { ...result, difference };
    }
    byKey.delete(key);
  }
  const [missing] = byKey.keys();
  return { ...result, difference: missing === undefined ? undefined : `${missing} is missing` };
}

export async function compareTable(pool: Pool, chain: Chain, check: TableCheck): Promise<Compared> {
  const { rows } = await pool.query<Record<string, unknown>>(check.sql);
  const sql = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, text(value as string | number | null)]),
    ),
  );
  return compareRows(check, sql, await check.chain(chain));
}
