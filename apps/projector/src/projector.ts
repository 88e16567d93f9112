import { readPosition, type Pool, type Position } from '#libs/database';
import {
  continueTip,
  findHeight,
  HeightGap,
  logBounds,
  openLogReader,
  type LogAddress,
  type LogRecord,
  type Reading,
  type Tip,
} from '#libs/log';
import { InvariantViolation, type Logger } from '#libs/service';
import { applyBatch } from './apply.js';

/** A transaction holds at most this many events or heights: one block when live, many while catching up. */
const BATCH_EVENTS_MAX = 5_000;
const BATCH_HEIGHTS_MAX = 500;

export interface ProjectorParts {
  pool: Pool;
  log: Logger;
  address: LogAddress;
  /** Where the network begins: the tip before its first height. */
  genesis: Tip;
  term: bigint;
}

/**
 * Applies the log to the projection, height by height. Heights already applied are ignored; a hole is looked for
 * further on in the log, where a re-append would lie, and halts the projector if it is not there.
 */
export class Projector {
  #position: Position | undefined;
  #highestTerm = 0n;
  #pending: LogRecord[] = [];
  #tip: Tip;

  constructor(private readonly parts: ProjectorParts) {
    this.#tip = parts.genesis;
  }

  get position(): Position | undefined {
    return this.#position;
  }

  /** Runs until stopped; rejects when it cannot go on. */
  async run(signal: AbortSignal): Promise<void> {
    this.#position = await readPosition(this.parts.pool);
    this.#tip = this.#position ?? this.parts.genesis;
    let from = await this.#startOffset();
    while (!signal.aborted) {
      this.parts.log.info({ offset: from, height: this.#tip.height }, 'reading the log');
      from = await this.#readUntilGap(from, signal);
    }
  }

  /** The offset of the last applied record, which is looked at again: it must still be that record. */
  async #startOffset(): Promise<bigint> {
    const { low, high } = await logBounds(this.parts.address);
    const hint = this.#position?.logOffset;
    if (hint === undefined || hint < low) return low;
    if (hint < high) return hint;
    throw new InvariantViolation(
      `the log ends at offset ${high}, before offset ${hint} from which height ${this.#tip.height} was applied`,
    );
  }

  /** Reads on; a hole ends the reading and gives the offset from which to go on, if the log has the height there. */
  async #readUntilGap(from: bigint, signal: AbortSignal): Promise<bigint> {
    let gapFound: (gap: { gap: HeightGap; offset: bigint }) => void = () => undefined;
    const gap = new Promise<{ gap: HeightGap; offset: bigint }>((resolve) => {
      gapFound = resolve;
    });
    const aborted = new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    const reading: Reading = await openLogReader(this.parts.address).read(from, async (records) => {
      const found = await this.#take(records);
      if (found !== undefined) gapFound(found);
    });
    try {
      const found = await Promise.race([gap, reading.failed, aborted]);
      if (found === undefined) return from;
      return await this.#offsetBehindGap(found.gap, found.offset);
    } finally {
      await reading.stop();
    }
  }

  async #offsetBehindGap(gap: HeightGap, offset: bigint): Promise<bigint> {
    const again = await findHeight(this.parts.address, gap.expected, offset);
    if (again === undefined) throw gap;
    this.parts.log.warn(
      { height: gap.expected, offset: again.offset },
      'gap closed by a re-append',
    );
    return again.offset;
  }

  /** Applies a batch of the log in transactions of bounded size; returns the first hole in it. */
  async #take(
    records: readonly LogRecord[],
  ): Promise<{ gap: HeightGap; offset: bigint } | undefined> {
    let events = 0;
    for (const logged of records) {
      if (!this.#isNew(logged)) continue;
      if (logged.record.height > this.#tip.height + 1n) {
        await this.#flush();
        const gap = new HeightGap(this.#tip.height + 1n, logged.record.height);
        return { gap, offset: logged.offset };
      }
      this.#tip = continueTip(this.#tip, logged.record);
      this.#pending.push(logged);
      events += logged.record.events.length;
      if (events >= BATCH_EVENTS_MAX || this.#pending.length >= BATCH_HEIGHTS_MAX) {
        await this.#flush();
        events = 0;
      }
    }
    await this.#flush();
    return undefined;
  }

  /** Whether a record is worth applying: neither applied before nor written by a leader who had been replaced. */
  #isNew({ record, term }: LogRecord): boolean {
    if (term < this.#highestTerm) return false;
    this.#highestTerm = term;
    if (record.height > this.#tip.height) return true;
    if (
      record.height === this.#position?.height &&
      record.block_hash !== this.#position.blockHash
    ) {
      throw new InvariantViolation(
        `the log has block ${record.block_hash} at height ${record.height}, applied was ${this.#position.blockHash}`,
      );
    }
    return false;
  }

  async #flush(): Promise<void> {
    const records = this.#pending;
    if (records.length === 0) return;
    this.#pending = [];
    const startedAt = performance.now();
    const { pool, term, log } = this.parts;
    const applied = await applyBatch(pool, { records, from: this.#position, term });
    this.#position = applied.position;
    const { height, seq } = applied.position;
    const durationMs = Math.round(performance.now() - startedAt);
    const { events, jobs, parked } = applied;
    const level = parked > 0 ? 'error' : events > 0 || records.length > 1 ? 'info' : 'debug';
    log[level](
      {
        height: `${height}`,
        seq: `${seq}`,
        heights: records.length,
        events,
        jobs,
        parked,
        durationMs,
      },
      parked > 0 ? 'applied with parked events' : 'applied',
    );
  }
}
