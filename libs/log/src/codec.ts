import { InvariantViolation, PermanentError, toJson } from '#libs/service';
import { partSchema, type BlockRecord, type RecordPart } from './record.js';

/** Larger heights are split; leaves room below the broker's limit of 1 MiB for key, headers and framing. */
export const RECORD_BYTES_MAX = 900_000;

export interface Message {
  key: string;
  value: string;
  headers: Record<string, string>;
}

/** Who writes: the contract that the events are of, and the writer's term. */
export interface Origin {
  contract: string;
  term: bigint;
}

/** The messages of one height, in order: one, or several when it is larger than `bytesMax`. */
export function encodeRecord(
  record: BlockRecord,
  origin: Origin,
  bytesMax = RECORD_BYTES_MAX,
): Message[] {
  const parts = split(record, bytesMax);
  return parts.map((body, part) => {
    const value = toJson({ ...body, part, parts: parts.length });
    const id = `${record.chain_id}/${origin.contract}/${record.height}/${part}`;
    return { key: record.chain_id, value, headers: headersOf(record, origin, id) };
  });
}

const headersOf = (record: BlockRecord, origin: Origin, id: string): Message['headers'] => ({
  ce_specversion: '1.0',
  ce_id: id,
  ce_type: 'chain.block.v1',
  ce_source: `/${record.chain_id}/${origin.contract}`,
  ce_time: record.time,
  ce_chainheight: record.height.toString(),
  ce_term: origin.term.toString(),
  'content-type': 'application/json',
});

function split(record: BlockRecord, bytesMax: number): BlockRecord[] {
  if (sizeOf(record) <= bytesMax) return [record];
  const empty = { ...record, events: [], txs: [] };
  const room = bytesMax - sizeOf(empty) - 64;
  const parts: BlockRecord[] = [];
  let used = Infinity;
  const place = (size: number): BlockRecord => {
    if (size > room) {
      throw new PermanentError(
        'record_too_large',
        `height ${record.height}: one item of ${size} bytes does not fit`,
      );
    }
    if (used + size > room) {
      parts.push({ ...record, events: [], txs: [] });
      used = 0;
    }
    used += size;
    return parts[parts.length - 1] ?? empty;
  };
  for (const event of record.events) place(sizeOf(event) + 1).events.push(event);
  for (const tx of record.txs) place(sizeOf(tx) + 1).txs.push(tx);
  return parts;
}

const sizeOf = (value: unknown): number => Buffer.byteLength(toJson(value));

/** Parses one message of the log; what cannot be parsed stops the reader: it is corruption, or a newer writer. */
export function decodePart(value: Buffer | string | null, offset: bigint): RecordPart {
  const parsed = partSchema.safeParse(jsonOf(value, offset));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new InvariantViolation(
    `log offset ${offset} cannot be decoded: ${problems.slice(0, 5).join('; ')}`,
  );
}

function jsonOf(value: Buffer | string | null, offset: bigint): unknown {
  try {
    return JSON.parse(value?.toString() ?? 'null');
  } catch (cause) {
    throw new InvariantViolation(`log offset ${offset} is not JSON`, { cause });
  }
}

/** A whole height with where it lies: `offset` is that of its first part. */
export interface LogRecord {
  record: BlockRecord;
  offset: bigint;
  term: bigint;
}

interface Pending {
  parts: RecordPart[];
  offset: bigint;
}

/**
 * Puts parts together. A writer that died between two parts begins the height anew, so a first part always starts
 * afresh, and a later part that does not continue what is pending is left over from such a death and dropped.
 */
export class Assembler {
  #pending: Pending | undefined;

  add(part: RecordPart, offset: bigint, term: bigint): LogRecord | undefined {
    if (part.part === 0) this.#pending = { parts: [], offset };
    const pending = this.#pending;
    const first = pending?.parts[0] ?? part;
    if (
      pending?.parts.length !== part.part ||
      first.block_hash !== part.block_hash ||
      first.parts !== part.parts
    ) {
      this.#pending = undefined;
      return undefined;
    }
    pending.parts.push(part);
    if (pending.parts.length < part.parts) return undefined;
    this.#pending = undefined;
    return { record: joined(pending.parts, part), offset: pending.offset, term };
  }
}

function joined(parts: readonly RecordPart[], last: RecordPart): BlockRecord {
  const whole = {
    ...last,
    events: parts.flatMap((part) => part.events),
    txs: parts.flatMap((part) => part.txs),
  };
  const { part, parts: count, ...record } = whole;
  if (part + 1 !== count)
    throw new InvariantViolation(`height ${record.height} is joined before it is whole`);
  return record;
}
