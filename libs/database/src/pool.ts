import pg from 'pg';
import { databaseError } from './transient.js';

export type Pool = pg.Pool;
export type PoolClient = pg.PoolClient;
/** What a query can be sent through: a pool (each query on its own) or a client inside a transaction. */
export type Queryable = Pick<pg.ClientBase, 'query'>;

export interface ConnectOptions {
  /** Shown in pg_stat_activity. */
  name: string;
  /** Connections at most, 8 unless told. */
  max?: number;
  /** Schema that names without a schema mean. */
  searchPath?: string;
  /** A transaction that stands still for this long, because its process is paused, is rolled back; 15 s unless told. */
  idleInTransactionMs?: number;
}

const IDLE_IN_TRANSACTION_MS = 15_000;
/** Longer than a paused transaction lives, so that who waits behind one outlasts it. */
const LOCK_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;

const { INT8, NUMERIC } = pg.types.builtins;

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    if (oid === INT8) return BigInt;
    if (oid === NUMERIC) return wholeNumber;
    return pg.types.getTypeParser(oid, format) as unknown;
  },
};

/** An amount: numeric columns hold whole units; a fraction is cast in SQL by whoever wants one. */
function wholeNumber(text: string): bigint {
  if (!/^-?\d+$/.test(text))
    throw new TypeError('a numeric with a fraction: cast it to float8 in the query');
  return BigInt(text);
}

/**
 * Options of one connection: `bigint` and `numeric` columns arrive as bigint, jsonb parsed, bytea as Buffer; nothing
 * waits for ever, neither for the connection nor for a lock, and a peer that vanished is noticed.
 */
export const clientOptions = (url: string, options: ConnectOptions): pg.ClientConfig => ({
  connectionString: url,
  application_name: options.name,
  types,
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  keepAlive: true,
  lock_timeout: LOCK_TIMEOUT_MS,
  idle_in_transaction_session_timeout: options.idleInTransactionMs ?? IDLE_IN_TRANSACTION_MS,
  ...(options.searchPath === undefined ? {} : { options: `-c search_path=${options.searchPath}` }),
});

/**
 * A pool whose rows hold bigint for every id, height and amount, and whose queries fail with a `TransientError` where
 * the database may serve them later. The caller ends it.
 */
export function connect(url: string, options: ConnectOptions): Pool {
  const pool = new pg.Pool({ ...clientOptions(url, options), max: options.max ?? 8 });
  // A connection that breaks is dropped, idle or checked out; whoever uses it learns so from its next query.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const send = pool.query.bind(pool) as (...query: unknown[]) => Promise<unknown>;
  return Object.assign(pool, {
    query: (...query: unknown[]) => orDatabaseError(() => send(...query)),
  });
}

/**
 * Runs `work` in one transaction: commits what it returns, rolls back what it throws. A database that is away or gave
 * way to another is a `TransientError`; whether a commit that was cut had happened is then unknown.
 */
export const inTransaction = async <T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> => await orDatabaseError(async () => await transaction(await pool.connect(), work));

async function transaction<T>(
  client: PoolClient,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    broken = await rollback(client);
    throw error;
  } finally {
    client.release(broken);
  }
}

async function orDatabaseError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw databaseError(error);
  }
}

/** The error of a connection that cannot even roll back: the pool then destroys it, and Postgres rolls back. */
async function rollback(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
