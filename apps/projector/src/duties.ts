import type { Queryable } from '#libs/database';
import { decideJobs, evolveDuty, type ChainEvent, type Job, type RequestDuty } from '#libs/events';

interface DutyRow {
  request: bigint;
  model: string;
  input_hash: string;
  params_hash: string;
  input_tokens: bigint;
  max_output_tokens: bigint;
  price: bigint;
  n: number;
  slots: { slot: number; attempt: number; ticket: string }[];
}

const OPEN_DUTIES = `
  SELECT r.request, r.model, r.input_hash, r.params_hash, r.input_tokens, r.max_output_tokens, r.price, r.n,
    coalesce((SELECT json_agg(json_build_object('slot', s.slot, 'attempt', s.attempt, 'ticket', s.ticket::text) ORDER BY s.slot)
              FROM request_slots s WHERE s.request = r.request AND s.state <> 'vacated'), '[]') AS slots
  FROM requests r WHERE r.request = ANY($1) AND r.state NOT IN ('settled', 'refunded', 'disputed')`;

/** The duties of open requests, loaded as the rows have them and carried along event by event. */
export class DutyBook {
  readonly #duties = new Map<bigint, RequestDuty>();

  /** Loads what is open among these requests. */
  static async load(db: Queryable, requests: ReadonlySet<bigint>): Promise<DutyBook> {
    const book = new DutyBook();
    if (requests.size === 0) return book;
    const { rows } = await db.query<DutyRow>(OPEN_DUTIES, [[...requests]]);
    for (const row of rows) book.#duties.set(row.request, dutyOf(row));
    return book;
  }

  of(request: bigint | undefined): RequestDuty | undefined {
    return request === undefined ? undefined : this.#duties.get(request);
  }

  /** The jobs of an event; the duty of its request moves on. */
  take(event: ChainEvent, request: bigint | undefined): Job[] {
    if (request === undefined) return [];
    const before = this.#duties.get(request);
    const after = evolveDuty(before, event);
    if (after === undefined) this.#duties.delete(request);
    else this.#duties.set(request, after);
    return decideJobs(event, before);
  }
}

const dutyOf = (row: DutyRow): RequestDuty => ({
  request: row.request,
  model: row.model,
  inputHash: row.input_hash,
  paramsHash: row.params_hash,
  inputTokens: Number(row.input_tokens),
  maxOutputTokens: Number(row.max_output_tokens),
  price: row.price,
  n: row.n,
  slots: row.slots.map(({ slot, attempt, ticket }) => ({ slot, attempt, ticket: BigInt(ticket) })),
});
