import type { Pool } from '#libs/database';
import {
  backoffMs,
  errorFields,
  sleep,
  TransientError,
  type Logger,
  type Readiness,
} from '#libs/service';
import { Bisection, takeBatch } from './batch.js';
import type { CrankMemory } from './crank-memory.js';
import type { Cranks, DueCrank } from './cranks.js';
import type { Poster } from './poster.js';
import { TermEnded, type LaneTerm } from './term.js';
import { waitingActions, type OpenTx } from './tx-store.js';
import type { Wake } from './wake.js';

/** Transactions without an end at one time. */
const WINDOW = 4;
/** Actions that arrive within this of the last batch share the next one. */
const BATCH_INTERVAL_MS = 100;
/** How often the loop looks without being woken. */
const POLL_MS = 250;
/** Messages of one crank transaction. */
const CRANK_MESSAGES_MAX = 16;

/** The lane's one writer: batches what intake accepted, sends cranks, follows both to their end. */
export class Sequencer {
  readonly #crankLimit = new Bisection(CRANK_MESSAGES_MAX);
  #crankTx: { hash: string; due: DueCrank[] } | undefined;
  #lastBatchMs = 0;

  constructor(
    private readonly of: {
      pool: Pool;
      poster: Poster;
      cranks: Cranks;
      memory: CrankMemory;
      term: LaneTerm;
      wake: Wake;
      readiness: Readiness;
      log: Logger;
    },
  ) {}

  /** Runs until the signal aborts. A neighbour that is down is waited for; a lost term ends the loop by throwing. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.step();
        failures = 0;
        this.of.readiness.set('pipeline', true);
        await this.of.wake.wait(POLL_MS, signal);
      } catch (error) {
        if (error instanceof TermEnded || !(error instanceof TransientError)) throw error;
        this.of.log.warn(errorFields(error), 'pipeline waits');
        this.of.readiness.set('pipeline', false, error.message);
        await sleep(backoffMs(failures), signal);
        failures += 1;
      }
    }
  }

  /** Follows what is open, then posts what waits. */
  async step(): Promise<void> {
    const open = await this.of.poster.settle();
    this.#endCrank(open);
    const afterBatch = await this.#postBatch(open);
    await this.#postCranks(afterBatch);
  }

  async #postBatch(open: OpenTx[]): Promise<OpenTx[]> {
    const { pool, poster, term } = this.of;
    const { limit } = poster.follower.batches;
    const waiting = open.length < WINDOW ? await waitingActions(pool, term, limit) : [];
    const isFull = waiting.length === limit;
    if (waiting.length === 0 || (!isFull && Date.now() - this.#lastBatchMs < BATCH_INTERVAL_MS))
      return open;
    const batch = takeBatch(waiting, limit);
    const message = {
      submit_batch: {
        fence: { lane: term.lane, term: term.term },
        actions: batch.map((action) => action.signed),
      },
    };
    this.#lastBatchMs = Date.now();
    const hash = await poster.post([message], { members: batch.map(({ index }) => index), open });
    this.of.log.info({ txHash: hash, actions: batch.length }, 'batch posted');
    return await poster.open();
  }

  async #postCranks(open: OpenTx[]): Promise<void> {
    const isOneInFlight = open.some((tx) => tx.members === 0);
    if (isOneInFlight || open.length >= WINDOW) return;
    const now = Date.now();
    const due = (await this.of.cranks.due(now)).slice(0, this.#crankLimit.limit);
    if (due.length === 0) return;
    for (const { key, againMs } of due.flatMap(({ keys }) => keys))
      this.of.memory.tried(key, now, againMs);
    const messages = due.map(({ crank }) => crank);
    const hash = await this.of.poster.post(messages, { members: [], open });
    this.#crankTx = { hash, due };
    this.of.log.info(
      { txHash: hash, cranks: messages.map((crank) => Object.keys(crank)[0]) },
      'cranks posted',
    );
  }

  /** A crank transaction that failed is split, and each of its cranks waits before it is tried again. */
  #endCrank(open: readonly OpenTx[]): void {
    const last = this.#crankTx;
    if (last === undefined || open.some((tx) => tx.hash === last.hash)) return;
    this.#crankTx = undefined;
    if (!this.of.poster.follower.takeFailedCrank(last.hash)) {
      this.#crankLimit.succeeded();
      return;
    }
    this.#crankLimit.failed(last.due.length);
    for (const { key } of last.due.flatMap(({ keys }) => keys))
      this.of.memory.failed(key, Date.now());
  }
}
