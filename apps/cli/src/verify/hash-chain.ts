import type { Pool } from 'pg';
import { canonicalAddress, type Chain } from '#libs/chain';
import { eventHeadGenesis, nextEventHead, toHex, type ChainedEvent } from '#libs/protocol';

const PAGE = 5_000;

export interface Walked {
  /** Hex, after the last event. */
  head: string;
  seq: bigint;
  /** What does not follow from what came before; undefined if everything does. */
  broken: string | undefined;
}

/** Recomputes the event hash chain over archived rows, in order; stops at the first row that does not follow. */
export function walkEvents(
  start: { head: Uint8Array; seq: bigint },
  events: readonly (ChainedEvent & { head: string })[],
): Walked {
  let head = start.head;
  let seq = start.seq;
  for (const event of events) {
    if (event.seq !== seq + 1n) {
      return { head: toHex(head), seq, broken: `event ${seq + 1n} is missing` };
    }
    head = nextEventHead(head, event);
    seq = event.seq;
    if (toHex(head) !== event.head) {
      return {
        head: toHex(head),
        seq,
        broken: `event ${seq} (${event.type}) does not hash to its head`,
      };
    }
  }
  return { head: toHex(head), seq, broken: undefined };
}

interface EventRow {
  seq: string;
  type: string;
  body: string;
  head: string;
}

/** Walks the whole archive of a network from its first event. */
export async function walkArchive(pool: Pool, chain: Chain): Promise<Walked> {
  const { chain_id, contract } = chain.network;
  let head = eventHeadGenesis(chain_id, canonicalAddress(contract));
  let seq = 0n;
  for (;;) {
    const { rows } = await pool.query<EventRow>(
      'select seq, type, body, head from read.events where seq > $1 order by seq limit $2',
      [seq.toString(), PAGE],
    );
    const events = rows.map((row) => ({ ...row, seq: BigInt(row.seq) }));
    const walked = walkEvents({ head, seq }, events);
    if (walked.broken !== undefined || rows.length < PAGE) return walked;
    head = Buffer.from(walked.head, 'hex');
    seq = walked.seq;
  }
}

/** The head and seq that the contract keeps as raw state, at the height named. */
export async function rawHead(
  chain: Chain,
  height: bigint,
): Promise<{ head: string; seq: bigint }> {
  const head = await chain.rawState('head', height);
  const seq = await chain.rawState('seq', height);
  return { head: toHex(head.value), seq: BigInt(`0x${toHex(seq.value) || '0'}`) };
}
