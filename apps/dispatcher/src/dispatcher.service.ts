import { listen, type Listening } from '#libs/database';
import {
  backoffMs,
  errorFields,
  InvariantViolation,
  PermanentError,
  sleep,
  type Logger,
  type Readiness,
} from '#libs/service';
import type { Relay } from './relay.js';

const POLL_MS = 1_000;
const REFILL_MS = 3_000;

/** The dispatcher's loop: ships at every notification and every second, refills every three and at the start. */
export class DispatcherService {
  readonly #stopping = new AbortController();
  #wake = new AbortController();
  #listening: Listening | null = null;
  #loop: Promise<void> = Promise.resolve();
  #refillAt = 0;

  constructor(
    private readonly on: { relay: Relay; databaseUrl: string; readiness: Readiness; log: Logger },
  ) {}

  /** The loop's end by an error that waiting does not mend. */
  start(): Promise<never> {
    this.#listening = listen({
      url: this.on.databaseUrl,
      name: 'dispatcher-listen',
      channel: 'outbox',
      onNotify: () => this.#wake.abort(),
    });
    const loop = this.#run();
    this.#loop = loop.catch(() => undefined);
    // A loop that ends because it was stopped never settles this promise.
    return loop.then(() => new Promise<never>(() => undefined));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.abort();
    await this.#listening?.stop();
    await this.#loop;
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stopping.signal.aborted;) {
      const woken = (this.#wake = new AbortController());
      if (this.#stopping.signal.aborted) return;
      try {
        await this.#pass();
        failures = 0;
        this.on.readiness.set('relay', true);
      } catch (error) {
        if (!isPassing(error)) throw error;
        this.on.readiness.set('relay', false, 'Postgres or Redis is away');
        this.on.log.warn(errorFields(error), 'relay interrupted');
        failures += 1;
      }
      await sleep(
        failures === 0 ? POLL_MS : backoffMs(failures),
        failures === 0 ? woken.signal : this.#stopping.signal,
      );
    }
  }

  async #pass(): Promise<void> {
    await this.on.relay.ship();
    if (Date.now() < this.#refillAt) return;
    await this.on.relay.refill();
    this.#refillAt = Date.now() + REFILL_MS;
  }
}

/** SQL that is wrong or forbidden (class 42) and our own findings stay wrong; a neighbour that is away comes back. */
function isPassing(error: unknown): boolean {
  if (error instanceof InvariantViolation || error instanceof PermanentError) return false;
  if (error instanceof TypeError || !(error instanceof Error)) return false;
  return !('code' in error && typeof error.code === 'string' && error.code.startsWith('42'));
}
