import pg from 'pg';
import { errorFields, sleep, type Logger } from '#libs/service';

const RECONNECT_MS = 1_000;

/** Wakes waiters after every commit of the projector (NOTIFY `applied`); polling stands behind it. */
export class Changes {
  readonly #stopping = new AbortController();
  #waiters = new Set<() => void>();
  #loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly databaseUrl: string,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.#loop = this.#listen();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await this.#loop;
  }

  /** Resolves at the next change, after `ms`, or when the signal aborts: whichever comes first. */
  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const wake = (): void => woken.abort();
    this.#waiters.add(wake);
    signal?.addEventListener('abort', wake, { once: true });
    if (signal?.aborted === true || this.#stopping.signal.aborted) wake();
    await sleep(ms, woken.signal);
    signal?.removeEventListener('abort', wake);
    this.#waiters.delete(wake);
  }

  /** Wakes every waiter: something they look at has changed. */
  wake(): void {
    for (const wake of [...this.#waiters]) wake();
  }

  async #listen(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#listenOnce();
      } catch (error) {
        this.log.warn(errorFields(error), 'listening interrupted, polling goes on');
      }
      await sleep(RECONNECT_MS, this.#stopping.signal);
    }
  }

  async #listenOnce(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      application_name: 'gateway-listen',
    });
    const ended = new Promise<void>((resolve, reject) => {
      client.once('error', reject);
      client.once('end', resolve);
      this.#stopping.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    try {
      await client.connect();
      client.on('notification', () => this.wake());
      await client.query('LISTEN applied');
      await ended;
    } finally {
      await client.end();
    }
  }
}
