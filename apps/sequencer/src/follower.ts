import { inTransaction, type Pool, type Queryable } from '#libs/database';
import type { Logger } from '#libs/service';
import { BATCH_COUNT_MAX, Bisection } from './batch.js';
import { GasFactor } from './gas-factor.js';
import {
  markDead,
  recordForeign,
  recordObserved,
  refuseMembers,
  releaseMembers,
} from './outcome.js';
import { holdTerm, type LaneTerm } from './term.js';
import { expireActions, logPosition, NEVER_RAN, openTxs, type OpenTx } from './tx-store.js';

const OUT_OF_GAS = 11;

type ObservedTx = OpenTx & { observed: NonNullable<OpenTx['observed']> };

/** Follows stored transactions to their end as our own log tells it; nothing else is final. */
export class Follower {
  readonly batches = new Bisection(BATCH_COUNT_MAX);
  readonly #gas = { batch: new GasFactor(), crank: new GasFactor() };
  readonly #overtakenAt = new Map<string, bigint>();
  readonly #failedCranks = new Set<string>();

  constructor(
    private readonly pool: Pool,
    private readonly term: LaneTerm,
    private readonly log: Logger,
  ) {}

  /** What the gas of a transaction with so many actions (0: cranks) is multiplied by. */
  gasFactor(members: number): GasFactor {
    return members > 0 ? this.#gas.batch : this.#gas.crank;
  }

  /** The transaction's sequence was used up at or before this height. */
  overtaken(hash: string, height: bigint): void {
    this.#overtakenAt.set(hash, height);
  }

  /** Whether the crank transaction failed; asked once. */
  takeFailedCrank(hash: string): boolean {
    return this.#failedCranks.delete(hash);
  }

  /** Returns the height that the log has reached, 0 if it is empty. */
  async follow(): Promise<bigint> {
    const position = await logPosition(this.pool);
    if (position === undefined) return 0n;
    await inTransaction(this.pool, async (client) => {
      await holdTerm(client, this.term);
      for (const tx of await openTxs(client, this.term)) {
        if (isObserved(tx) && neverRan(tx)) await this.#bury(client, tx);
        else if (isObserved(tx)) await this.#end(client, tx);
        else if (this.#isDead(tx, position.height)) await this.#bury(client, tx);
      }
      await recordForeign(client, this.term.lane);
      await expireActions(client, this.term, position.timeSeconds);
    });
    return position.height;
  }

  /** Absent from every block that could have had it. */
  #isDead(tx: OpenTx, height: bigint): boolean {
    const overtakenAt = this.#overtakenAt.get(tx.hash);
    return height > tx.timeoutHeight || (overtakenAt !== undefined && height >= overtakenAt);
  }

  async #bury(db: Queryable, tx: OpenTx): Promise<void> {
    await markDead(db, tx.hash);
    this.gasFactor(tx.members).forget(tx.hash);
    this.#overtakenAt.delete(tx.hash);
    this.log.warn({ txHash: tx.hash, sequence: tx.sequence }, 'transaction never ran');
  }

  async #end(db: Queryable, tx: ObservedTx): Promise<void> {
    await recordObserved(db, tx);
    const { code, codespace, log, height } = tx.observed;
    if (code === 0) {
      this.gasFactor(tx.members).succeeded(tx.hash);
      if (tx.members > 0) this.batches.succeeded();
      return;
    }
    this.log.error(
      { txHash: tx.hash, height, code, codespace, log, members: tx.members },
      'transaction failed',
    );
    await this.#failed(db, tx);
  }

  /** More gas first; then halves, down to the one action that cannot be posted. An old term's failure says nothing. */
  async #failed(db: Queryable, tx: ObservedTx): Promise<void> {
    const outOfGas = tx.observed.codespace === 'sdk' && tx.observed.code === OUT_OF_GAS;
    const factor = this.gasFactor(tx.members);
    const mayAskMore = outOfGas && factor.ranOut(tx.hash, tx.gas);
    factor.forget(tx.hash);
    if (tx.members === 0) {
      this.#failedCranks.add(tx.hash);
      return;
    }
    if (!mayAskMore && tx.term === this.term.term) {
      if (tx.members === 1) {
        await refuseMembers(db, tx);
        return;
      }
      this.batches.failed(tx.members);
    }
    await releaseMembers(db, tx.hash);
  }
}

const neverRan = ({ observed: { codespace, code } }: ObservedTx): boolean =>
  codespace === 'sdk' && NEVER_RAN.includes(code);

const isObserved = (tx: OpenTx): tx is ObservedTx => tx.observed !== null;
