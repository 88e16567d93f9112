import pg from 'pg';

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
}

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

/** Options of one connection: `bigint` and `numeric` columns arrive as bigint, jsonb parsed, bytea as Buffer. */
export const clientOptions = (url: string, options: ConnectOptions): pg.ClientConfig => ({
  connectionString: url,
  application_name: options.name,
  types,
  ...(options.searchPath === undefined ? {} : { options: `-c search_path=${options.searchPath}` }),
});

/** A pool whose rows hold bigint for every id, height and amount. The caller ends it. */
export function connect(url: string, options: ConnectOptions): Pool {
  const pool = new pg.Pool({ ...clientOptions(url, options), max: options.max ?? 8 });
  // An idle connection that breaks is dropped by the pool; the next query opens another or fails by itself.
  pool.on('error', () => undefined);
  return pool;
}

/** Runs `work` in one transaction: commits what it returns, rolls back what it throws. */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
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

/** The error of a connection that cannot even roll back: the pool then destroys it, and Postgres rolls back. */
async function rollback(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
