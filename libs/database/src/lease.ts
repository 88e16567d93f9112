import pg from 'pg';
import { errorFields, sleep, TransientError } from '#libs/service';
import { clientOptions } from './pool.js';
import { databaseError } from './transient.js';

export interface LeaseOptions {
  /** The database; the lease keeps a connection of its own. */
  url: string;
  /** What is led: `ingester`, `projector`, `sequencer/<lane>`. */
  role: string;
  /** Who leads, for people to read. */
  holder: string;
  /** A holder silent for this long is dropped by Postgres; it says so itself four times as often. */
  leaseMs?: number;
  /** Gives up waiting for the present holder. */
  signal?: AbortSignal;
}

/** Leadership: at most one holder at a time, and a term that only rises. Writes say `WHERE term = mine`. */
export interface Lease {
  role: string;
  term: bigint;
  /** Rejects with a `TransientError` once the lease is lost; the process then stops. */
  lost: Promise<never>;
  release: () => Promise<void>;
}

const LEASE_MS = 5_000;

/**
 * Waits until the role is free, then leads under a term one higher than any before. The lock belongs to a connection
 * with `idle_session_timeout`, so that a paused process loses it though its socket stays open. A database that is away
 * is a `TransientError`.
 */
export async function acquireLease(options: LeaseOptions): Promise<Lease> {
  const leaseMs = options.leaseMs ?? LEASE_MS;
  const client = new pg.Client(clientOptions(options.url, { name: `lease ${options.role}` }));
  const held = new HeldLease(client, options.role, leaseMs);
  try {
    await client.connect();
    await client.query(`SET idle_session_timeout = ${leaseMs}`);
    while (!(await tryLock(client, options.role))) {
      await sleep(leaseMs / 4, options.signal);
      if (options.signal?.aborted === true)
        throw new TransientError(`gave up waiting for the lease ${options.role}`);
    }
    held.begin(await nextTerm(client, options));
    return held;
  } catch (error) {
    await held.release();
    throw databaseError(error);
  }
}

async function tryLock(client: pg.Client, role: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    "SELECT pg_try_advisory_lock(hashtextextended('atoma/lease/' || $1, 0)) AS locked",
    [role],
  );
  return rows[0]?.locked === true;
}

async function nextTerm(client: pg.Client, { role, holder }: LeaseOptions): Promise<bigint> {
  const { rows } = await client.query<{ term: bigint }>(
    `INSERT INTO ops.lease AS l (role, holder, term) VALUES ($1, $2, 1)
     ON CONFLICT (role) DO UPDATE SET holder = $2, term = l.term + 1, acquired_at = now(), heartbeat_at = now()
     RETURNING term`,
    [role, holder],
  );
  const [row] = rows;
  if (row === undefined) throw new TransientError(`the lease ${role} gave no term`);
  return row.term;
}

class HeldLease implements Lease {
  term = 0n;
  readonly lost: Promise<never>;
  #lose: (error: Error) => void = () => undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(
    private readonly client: pg.Client,
    readonly role: string,
    private readonly leaseMs: number,
  ) {
    this.lost = new Promise<never>((_resolve, reject) => {
      this.#lose = reject;
    });
    // Whoever waits for `lost` gets the error; a lease that nobody watches must not end the process by itself.
    this.lost.catch(() => undefined);
    client.on('error', (cause) => this.#end(cause));
    client.on('end', () => this.#end(undefined));
  }

  begin(term: bigint): void {
    this.term = term;
    this.#heartbeat = setInterval(() => void this.#beat(), this.leaseMs / 4);
  }

  async release(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#lose = () => undefined;
    await this.client.end();
  }

  async #beat(): Promise<void> {
    try {
      const { rowCount } = await this.client.query(
        'UPDATE ops.lease SET heartbeat_at = now() WHERE role = $1 AND term = $2',
        [this.role, this.term],
      );
      if (rowCount !== 1) this.#end(new Error('another holder has a higher term'));
    } catch (cause) {
      this.#end(cause);
    }
  }

  #end(cause: unknown): void {
    clearInterval(this.#heartbeat);
    const why = cause === undefined ? 'its connection ended' : String(errorFields(cause)['error']);
    this.#lose(
      new TransientError(`the lease ${this.role} of term ${this.term} was lost: ${why}`, { cause }),
    );
  }
}
