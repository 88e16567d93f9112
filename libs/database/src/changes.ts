import { InvariantViolation } from '#libs/service';
import { databaseJson } from './json.js';
import type { Queryable } from './pool.js';
import type { ProjectionTable } from './tables.js';

/** A column's value; nested JSON goes into jsonb and array columns. */
export type Value = string | number | boolean | bigint | null | object;
export type Row = Record<string, Value>;

/**
 * What an event does to one row. `put` makes the row or overwrites the named columns, `set` changes columns of a row
 * that must be there, `add` raises its numbers, `remove` deletes it. None needs a read.
 */
export type Change =
  | { op: 'put'; table: ProjectionTable; key: Row; values: Row }
  | { op: 'set'; table: ProjectionTable; key: Row; values: Row }
  | { op: 'add'; table: ProjectionTable; key: Row; values: Record<string, bigint> }
  | { op: 'remove'; table: ProjectionTable; key: Row };

export const put = (table: ProjectionTable, key: Row, values: Row): Change => ({
  op: 'put',
  table,
  key,
  values,
});
export const set = (table: ProjectionTable, key: Row, values: Row): Change => ({
  op: 'set',
  table,
  key,
  values,
});
export const add = (table: ProjectionTable, key: Row, values: Record<string, bigint>): Change => ({
  op: 'add',
  table,
  key,
  values,
});
export const remove = (table: ProjectionTable, key: Row): Change => ({ op: 'remove', table, key });

/** A row's changes so far: the values that are known, and what is to be added to those that are not. */
interface Pending {
  op: 'put' | 'set' | 'remove';
  table: ProjectionTable;
  key: Row;
  values: Row;
  adds: Record<string, bigint>;
}

/** Folds changes in memory so that each row is written once, then writes each kind of change with one statement. */
export class ChangeSet {
  readonly #rows = new Map<string, Pending>();

  add(change: Change): void {
    const id = `${change.table}/${databaseJson(change.key)}`;
    const { table, key } = change;
    const before = this.#rows.get(id) ?? { op: 'set', table, key, values: {}, adds: {} };
    this.#rows.set(id, next(before, change));
  }

  get size(): number {
    return this.#rows.size;
  }

  async write(db: Queryable): Promise<void> {
    for (const group of groupsOf([...this.#rows.values()])) await writeGroup(db, group);
  }
}

function next(row: Pending, change: Change): Pending {
  if (change.op === 'remove') return { ...row, op: 'remove', values: {}, adds: {} };
  if (change.op === 'put') {
    const before = row.op === 'remove' ? {} : row.values;
    return { ...row, op: 'put', values: { ...before, ...change.values }, adds: {} };
  }
  if (row.op === 'remove') {
    throw new InvariantViolation(
      `a removed row of ${row.table} is changed: ${databaseJson(row.key)}`,
    );
  }
  return change.op === 'set' ? assigned(row, change.values) : added(row, change.values);
}

function assigned(row: Pending, values: Row): Pending {
  const adds = Object.fromEntries(
    Object.entries(row.adds).filter(([column]) => !(column in values)),
  );
  return { ...row, values: { ...row.values, ...values }, adds };
}

function added(row: Pending, amounts: Record<string, bigint>): Pending {
  const values = { ...row.values };
  const adds = { ...row.adds };
  for (const [column, amount] of Object.entries(amounts)) {
    const known = values[column];
    if (typeof known === 'bigint') values[column] = known + amount;
    else adds[column] = (adds[column] ?? 0n) + amount;
  }
  if (row.op === 'put' && Object.keys(adds).length > 0) {
    throw new InvariantViolation(
      `a new row of ${row.table} has no number to add to: ${databaseJson(row.key)}`,
    );
  }
  return { ...row, values, adds };
}

interface Group {
  row: Pending;
  rows: Row[];
}

/** Rows of the same operation, table and columns together: one statement each. */
function groupsOf(pending: readonly Pending[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of pending) {
    const shape = [row.key, row.values, row.adds].map((part) => Object.keys(part).join());
    const id = [row.op, row.table, ...shape].join('/');
    const group = groups.get(id) ?? { row, rows: [] };
    group.rows.push({ ...row.key, ...row.values, ...row.adds });
    groups.set(id, group);
  }
  return [...groups.values()];
}

async function writeGroup(db: Queryable, { row, rows }: Group): Promise<void> {
  const { rowCount } = await db.query(statementOf(row), [databaseJson(rows)]);
  if (row.op === 'set' && rowCount !== rows.length) {
    throw new InvariantViolation(
      `${rows.length} rows of ${row.table} were to change, ${rowCount ?? 0} are there`,
    );
  }
}

const quoted = (columns: readonly string[]): string[] => columns.map((column) => `"${column}"`);

/** Rows arrive as one JSON array and take their types from the table itself. */
function statementOf({ op, table: name, key, values, adds }: Pending): string {
  // Quoted, because a table may be named as the grammar's own words are: `position` is one.
  const table = `"${name}"`;
  const keys = quoted(Object.keys(key));
  const columns = quoted(Object.keys(values));
  const source = `json_populate_recordset(NULL::${table}, $1::json) AS r`;
  const same = keys.map((column) => `t.${column} = r.${column}`).join(' AND ');
  if (op === 'remove') return `DELETE FROM ${table} AS t USING ${source} WHERE ${same}`;
  if (op === 'set') {
    const assigns = columns.map((column) => `${column} = r.${column}`);
    const raises = quoted(Object.keys(adds)).map(
      (column) => `${column} = t.${column} + r.${column}`,
    );
    return `UPDATE ${table} AS t SET ${[...assigns, ...raises].join(', ')} FROM ${source} WHERE ${same}`;
  }
  const all = [...keys, ...columns].join(', ');
  const overwrite = columns.map((column) => `${column} = excluded.${column}`).join(', ');
  const conflict = columns.length === 0 ? 'NOTHING' : `UPDATE SET ${overwrite}`;
  return `INSERT INTO ${table} (${all}) SELECT ${all} FROM ${source} ON CONFLICT (${keys.join(', ')}) DO ${conflict}`;
}
