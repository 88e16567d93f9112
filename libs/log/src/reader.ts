import type { EachBatchPayload, IHeaders } from 'kafkajs';
import { InvariantViolation, sleep, TransientError } from '#libs/service';
import { Assembler, decodePart, type LogRecord } from './codec.js';
import { brokerError, freshConsumer, logBounds, PARTITION, type LogAddress } from './topic.js';

const WATCH_EVERY_MS = 5_000;
const HEARTBEAT_MS = 1_000;
const JOIN_LIMIT_MS = 30_000;
/** The log's end is ahead and nothing has come for this long: the client is stuck, a new process is not. */
const STALL_MS = 20_000;

/** A reader under way. `failed` rejects when it breaks, its handler throws or it stalls. */
export interface Reading {
  stop: () => Promise<void>;
  failed: Promise<never>;
}

/** A batch may hold no whole record: only parts, or what was read before. */
export type Handle = (records: LogRecord[], next: bigint) => Promise<void>;

export interface LogReader {
  /**
   * Hands over every whole record from an offset on, in order, in batches with the offset that comes next; the next
   * batch waits for the handler. An offset missing in between, or a value that cannot be decoded, breaks the reading.
   */
  read: (from: bigint, handle: Handle) => Promise<Reading>;
}

export const openLogReader = (address: LogAddress): LogReader => ({
  read: async (from, handle) => {
    const reading = new KafkaReading(address, from, handle);
    await reading.start();
    return reading;
  },
});

class KafkaReading implements Reading {
  readonly failed: Promise<never>;
  readonly #consumer;
  readonly #assembler = new Assembler();
  #fail: (error: unknown) => void = () => undefined;
  #ended = false;
  #heardAt = Date.now();
  #busy = false;
  #watch: NodeJS.Timeout | undefined;

  constructor(
    private readonly address: LogAddress,
    private next: bigint,
    private readonly handle: Handle,
  ) {
    this.#consumer = freshConsumer(address);
    this.failed = new Promise<never>((_resolve, reject) => {
      this.#fail = reject;
    });
    // Whoever waits for `failed` gets the error; nobody waiting yet is no reason to end the process.
    this.failed.catch(() => undefined);
  }

  async start(): Promise<void> {
    const { topic } = this.address;
    try {
      await this.#consumer.connect();
      await this.#consumer.subscribe({ topic, fromBeginning: true });
      const joined = this.#joined();
      await this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: (batch) => this.#each(batch),
      });
      await joined;
      this.#consumer.seek({ topic, partition: PARTITION, offset: this.next.toString() });
    } catch (cause) {
      throw brokerError('starting to read', cause);
    }
    this.#watch = setInterval(() => void this.#watchdog(), WATCH_EVERY_MS);
  }

  /**
   * Resolves once the group has us. A broker that is just up refuses a first join and the client tries again by
   * itself; a crash after that ends the reading.
   */
  async #joined(): Promise<void> {
    const { GROUP_JOIN, CRASH } = this.#consumer.events;
    let isIn = false;
    this.#consumer.on(CRASH, ({ payload }) => {
      if (isIn || !payload.restart) this.#end(brokerError('reading', payload.error));
    });
    const join = new Promise<void>((resolve) => {
      this.#consumer.on(GROUP_JOIN, () => {
        isIn = true;
        resolve();
      });
    });
    const limit = sleep(JOIN_LIMIT_MS).then(() => {
      if (!isIn) throw new TransientError(`no group within ${JOIN_LIMIT_MS / 1000} s`);
    });
    await Promise.race([join, limit, this.failed]);
  }

  async stop(): Promise<void> {
    this.#ended = true;
    clearInterval(this.#watch);
    await this.#consumer.disconnect();
  }

  #end(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#watch);
    this.#fail(error);
  }

  /** Never throws to the client, which would retry: our own errors end the reading. */
  async #each(payload: EachBatchPayload): Promise<void> {
    if (this.#ended) return;
    this.#busy = true;
    try {
      const records: LogRecord[] = [];
      for (const message of payload.batch.messages) {
        const record = this.#take(BigInt(message.offset), message);
        if (record !== undefined) records.push(record);
      }
      await this.#handled(payload, records);
      const last = payload.batch.messages.at(-1);
      if (last !== undefined) payload.resolveOffset(last.offset);
    } catch (error) {
      this.#end(error);
    } finally {
      this.#heardAt = Date.now();
      this.#busy = false;
    }
  }

  /** Runs the handler; the broker hears from us meanwhile, however long it takes. */
  async #handled(payload: EachBatchPayload, records: LogRecord[]): Promise<void> {
    const beat = (): void => {
      payload.heartbeat().catch((cause: unknown) => {
        this.#end(brokerError('keeping the session alive', cause));
      });
    };
    const beating = setInterval(beat, HEARTBEAT_MS);
    try {
      await this.handle(records, this.next);
    } finally {
      clearInterval(beating);
    }
  }

  #take(
    offset: bigint,
    message: { value: Buffer | null; headers?: IHeaders },
  ): LogRecord | undefined {
    if (offset < this.next) return undefined;
    if (offset > this.next) {
      throw new InvariantViolation(
        `the log was read from offset ${offset} where ${this.next} was expected`,
      );
    }
    this.next = offset + 1n;
    return this.#assembler.add(
      decodePart(message.value, offset),
      offset,
      termOf(message.headers, offset),
    );
  }

  async #watchdog(): Promise<void> {
    if (this.#busy || this.#ended || Date.now() - this.#heardAt < STALL_MS) return;
    try {
      const { high } = await logBounds(this.address);
      if (high > this.next)
        this.#end(
          new TransientError(`the log ends at ${high} and its reader stands at ${this.next}`),
        );
      this.#heardAt = Date.now();
    } catch (error) {
      this.#end(error);
    }
  }
}

/** The writer's term, from the record's headers. */
export function termOf(headers: IHeaders | undefined, offset: bigint): bigint {
  const term = headers?.['ce_term'];
  const text = Buffer.isBuffer(term) || typeof term === 'string' ? term.toString() : '';
  if (!/^\d+$/.test(text)) throw new InvariantViolation(`log offset ${offset} carries no ce_term`);
  return BigInt(text);
}
