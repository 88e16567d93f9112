import type { Pool } from 'pg';
import type { Compared } from './tables.js';

/** A projected table and the same rows folded again from the archive, whose bodies the hash chain has proven. */
interface Fold {
  table: string;
  rows: string;
  archive: string;
}

const of = (type: string): string =>
  `(select body::jsonb as b, height, seq from read.events where type = '${type}') e`;

const listed = `(select b, jsonb_array_elements(b->'serving') as s from ${of('market.listed.v1')}) l`;

const folds: readonly Fold[] = [
  {
    table: 'epochs',
    rows: 'select epoch, starts_at, height from read.epochs',
    archive: `select (b->>'epoch')::bigint, (b->>'starts_at')::bigint, height from ${of('epoch.started.v1')}`,
  },
  {
    table: 'rounds',
    rows: 'select height, round from read.rounds',
    archive: `select (b->>'height')::bigint, (b->>'round')::bigint from ${of('round.fixed.v1')}`,
  },
  {
    table: 'beacons',
    rows: 'select round, randomness, height from read.beacons',
    archive: `select (b->>'round')::bigint, b->>'randomness', height from ${of('beacon.verified.v1')}`,
  },
  {
    table: 'bids',
    rows: 'select ticket, model, echelon, price, from_epoch from read.bids',
    archive: `select distinct on (b->>'ticket', b->>'model') (b->>'ticket')::bigint, b->>'model', b->>'echelon',
      (b->>'price')::numeric, (b->>'from_epoch')::bigint from ${of('bid.placed.v1')} order by b->>'ticket', b->>'model', seq desc`,
  },
  {
    table: 'clearings',
    rows: 'select model, echelon, epoch, price, bidders, owners, serving, closed, height from read.clearings',
    archive: `select b->>'model', b->>'echelon', (b->>'epoch')::bigint, (b->>'price')::numeric, (b->>'bidders')::int,
      (b->>'owners')::int, (b->>'serving')::int, (b->>'closed')::boolean, height from ${of('market.cleared.v1')}`,
  },
  {
    table: 'market_nodes',
    rows: 'select model, echelon, epoch, index, ticket, owner, bid from read.market_nodes',
    archive: `select b->>'model', b->>'echelon', (b->>'epoch')::bigint, (s->>'index')::int, (s->>'ticket')::bigint,
      s->>'owner', (s->>'bid')::numeric from ${listed}`,
  },
  {
    table: 'fees',
    rows: 'select request, ticket, epoch, amount, height from read.fees',
    archive: `select (b->>'request')::bigint, (b->>'ticket')::bigint, (b->>'epoch')::bigint, (b->>'amount')::numeric, height
      from ${of('fee.accrued.v1')}`,
  },
  {
    table: 'slices',
    rows: 'select request, ticket, amount, state from read.slices',
    archive: `select (l.b->>'request')::bigint, (l.b->>'ticket')::bigint, (l.b->>'amount')::numeric,
      case when exists (select 1 from ${of('slice.released.v1')} where e.b->>'request' = l.b->>'request'
        and e.b->>'ticket' = l.b->>'ticket') then 'released' else 'locked' end
      from (select body::jsonb as b from read.events where type = 'slice.locked.v1') l`,
  },
  {
    table: 'actions',
    rows: 'select digest, outcome, height from read.actions',
    archive: `select b->>'digest', 'accepted', height from ${of('action.accepted.v1')}
      union all select b->>'digest', 'refused', height from ${of('action.refused.v1')}`,
  },
];

/** Compares each table with its fold in both directions; the first row that only one side has is named. */
export async function compareFolds(pool: Pool): Promise<Compared[]> {
  const results: Compared[] = [];
  for (const { table, rows, archive } of folds) {
    const difference =
      (await firstOf(pool, `(${rows}) except (${archive})`, 'only in the table')) ??
      (await firstOf(pool, `(${archive}) except (${rows})`, 'only in the archive'));
    const counted = await pool.query<{ count: string }>(`select count(*) from (${rows}) counted`);
    results.push({ table, rows: Number(counted.rows[0]?.count), difference });
  }
  return results;
}

async function firstOf(pool: Pool, sql: string, where: string): Promise<string | undefined> {
  const { rows } = await pool.query<Record<string, unknown>>(`${sql} limit 1`);
  return rows[0] === undefined ? undefined : `${where}: ${JSON.stringify(Object.values(rows[0]))}`;
}
