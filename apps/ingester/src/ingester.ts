import type { BlockClient } from '#libs/chain';
import { continueTip, type BlockRecord, type LogWriter, type Tip } from '#libs/log';
import { InvariantViolation, sleep, TransientError, type Logger } from '#libs/service';
import { blockRecord, type FetchedBlock, type Watched } from './block-record.js';

/** Heights fetched at once and appended together while catching up. */
const WINDOW_HEIGHTS = 20;

export interface IngesterParts {
  blocks: BlockClient;
  writer: LogWriter;
  /** The tip of the log: the next height continues it. */
  tip: Tip;
  chainId: string;
  watched: Watched;
  pollMs: number;
  log: Logger;
  /** Told after each look at the chain: its tip and ours. */
  onProgress: (progress: { chain: bigint; logged: bigint }) => void;
}

/** Copies heights from the chain to the log, in order, each once, empty ones too. */
export class Ingester {
  #tip: Tip;

  constructor(private readonly parts: IngesterParts) {
    this.#tip = parts.tip;
  }

  /** Runs until stopped; rejects when the chain contradicts the log or nobody answers. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { latestHeight, chainId } = await this.parts.blocks.status();
      if (chainId !== this.parts.chainId) {
        throw new InvariantViolation(
          `the rpc serves chain ${chainId}, the network is ${this.parts.chainId}`,
        );
      }
      this.parts.onProgress({ chain: latestHeight, logged: this.#tip.height });
      if (latestHeight > this.#tip.height) await this.#copy(latestHeight);
      else await sleep(this.parts.pollMs, signal);
    }
  }

  /** Fetches a window of heights side by side and appends them in order, in one go. */
  async #copy(latest: bigint): Promise<void> {
    const first = this.#tip.height + 1n;
    const count = Math.min(WINDOW_HEIGHTS, Number(latest - this.#tip.height));
    const fetched = await Promise.all(
      Array.from({ length: count }, (_, i) => this.#fetch(first + BigInt(i))),
    );
    const records: BlockRecord[] = [];
    let tip = this.#tip;
    for (const block of fetched) {
      const record = blockRecord(block, tip, this.parts.watched);
      tip = continueTip(tip, record);
      records.push(record);
    }
    await this.parts.writer.append(records);
    this.#tip = tip;
    const events = records.reduce((sum, record) => sum + record.events.length, 0);
    const level = events > 0 ? 'info' : 'debug';
    this.parts.log[level](
      { height: `${tip.height}`, seq: `${tip.seq}`, heights: count, events },
      'appended',
    );
  }

  /** A block and its results, which the rpc may have a moment later than its status says. */
  async #fetch(height: bigint): Promise<FetchedBlock> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const [block, results] = await Promise.all([
          this.parts.blocks.block(height),
          this.parts.blocks.blockResults(height),
        ]);
        return { block, results };
      } catch (error) {
        if (!(error instanceof TransientError) || attempt === FETCH_RETRIES) throw error;
        await sleep(FETCH_RETRY_MS);
      }
    }
  }
}

const FETCH_RETRIES = 20;
const FETCH_RETRY_MS = 100;
