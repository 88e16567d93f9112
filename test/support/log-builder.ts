import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import type { EventType } from '#libs/events';
import type { BlockRecord, LoggedTx, Tip } from '#libs/log';
import { canonicalJson, fromHex, nextEventHead, toHex, type JsonValue } from '#libs/protocol';

export interface Fact {
  type: string;
  body: Record<string, JsonValue>;
}

const hash = (text: string): string =>
  createHash('sha256').update(text).digest('hex').toUpperCase();

/** A fact of the golden corpus, with some fields changed. */
export function fact(type: EventType, change: Fact['body'] = {}): Fact {
  const file = new URL(`../../libs/events/golden/${type}.json`, import.meta.url);
  const golden = JSON.parse(readFileSync(file, 'utf8')) as Fact;
  return { type, body: { ...golden.body, ...change } };
}

/** Builds consecutive heights whose hashes, sequence and event heads hold, as an honest ingester would append them. */
export class LogBuilder {
  #tip: Tip;

  constructor(
    private readonly chainId: string,
    genesis: Tip,
  ) {
    this.#tip = genesis;
  }

  get tip(): Tip {
    return this.#tip;
  }

  /** The next height; its facts come from one transaction. */
  block(facts: readonly Fact[] = [], failed: readonly LoggedTx[] = []): BlockRecord {
    const height = this.#tip.height + 1n;
    const txHash = hash(`tx ${height}`);
    let { seq } = this.#tip;
    let head = fromHex(this.#tip.head);
    const events = facts.map(({ type, body }) => {
      seq += 1n;
      const event = { seq, type, body: canonicalJson(body) };
      head = nextEventHead(head, event);
      return { ...event, head: toHex(head), tx_hash: txHash, tx_index: 0, msg_index: 0 };
    });
    const blockHash = hash(`block ${height}`);
    const record: BlockRecord = {
      chain_id: this.chainId,
      height,
      time: new Date(1_790_000_000_000 + Number(height) * 230).toISOString(),
      time_seconds: BigInt(Math.floor(1_790_000_000 + Number(height) * 0.23)),
      block_hash: blockHash,
      previous_block_hash: this.#tip.blockHash,
      app_hash: hash(`app ${height}`),
      head: toHex(head),
      seq,
      events,
      txs: [...(facts.length > 0 ? [this.#tx(txHash)] : []), ...failed],
    };
    this.#tip = { height, blockHash, head: toHex(head), seq };
    return record;
  }

  #tx(txHash: string): LoggedTx {
    return {
      hash: txHash,
      index: 0,
      code: 0,
      codespace: '',
      gas_wanted: 2n,
      gas_used: 1n,
      log: '',
      signers: ['wasm1poster'],
    };
  }
}

/** Heights that tell one request's life after the founding of a network, from its draw to its settlement. */
export function lifeOfARequest(builder: LogBuilder): BlockRecord[] {
  const tickets = ['7', '8', '3'];
  const slot = (index: number) => ({ slot: index + 1, attempt: 1, ticket: tickets[index] ?? '' });
  const each = (type: EventType) => tickets.map((_ticket, index) => fact(type, slot(index)));
  const reveals = tickets.map((ticket, index) =>
    fact('commitment.revealed.v1', { slot: index + 1, ticket }),
  );
  return [
    builder.block([
      fact('network.instantiated.v1'),
      fact('echelon.registered.v1'),
      fact('model.registered.v1'),
      ...tickets.map((ticket) => fact('node.registered.v1', { ticket })),
    ]),
    builder.block([
      ...tickets.map((ticket) => fact('node.subscribed.v1', { ticket })),
      ...tickets.map((ticket) => fact('bid.placed.v1', { ticket })),
      fact('model.validated.v1'),
      fact('model.available.v1'),
    ]),
    builder.block([
      fact('market.listed.v1'),
      fact('market.cleared.v1'),
      fact('balance.credited.v1'),
    ]),
    builder.block([fact('request.submitted.v1'), fact('balance.debited.v1')]),
    builder.block(),
    builder.block([
      fact('beacon.verified.v1'),
      fact('request.assigned.v1'),
      ...tickets.map((ticket) => fact('slice.locked.v1', { ticket })),
    ]),
    builder.block(each('input.accepted.v1')),
    builder.block([...each('commitment.made.v1'), fact('request.committed.v1')]),
    builder.block([...reveals, fact('request.agreed.v1')]),
    builder.block([
      fact('request.settled.v1'),
      ...tickets.map((ticket) => fact('slice.released.v1', { ticket })),
      ...tickets.map((ticket) => fact('fee.accrued.v1', { ticket })),
      fact('pool.changed.v1'),
    ]),
    builder.block([fact('fee.claimed.v1')]),
  ];
}
