import type { WalletScope } from '#libs/chain';
import type { Pool } from '#libs/database';
import { fromHex } from '#libs/protocol';
import type { OrderBook, Placed } from './order-book.js';
import { parseSignedAction, readAction } from './read-action.js';
import { Refusal } from './refusal.js';

/** What became of an action, as far as the lane or the log knows. */
export interface ActionStatus {
  state: 'accepted' | 'batched' | 'observed';
  outcome: 'accepted' | 'refused' | 'expired' | null;
  code: string | null;
  tx_hash: string | null;
  height: bigint | null;
}

/** Takes signed actions: well formed, signed, in time, not against the state; then they have a place in the lane. */
export class Intake {
  constructor(
    private readonly pool: Pool,
    private readonly scope: WalletScope,
    private readonly book: OrderBook,
  ) {}

  /** Throws `Refusal`. */
  async submit(body: unknown): Promise<Placed> {
    const signed = parseSignedAction(body);
    const candidate = await readAction(this.scope, signed, (ticket) => this.#workKeyOf(ticket));
    return await this.book.place(candidate);
  }

  /** Throws `Refusal('not_found')` for a digest that this sequencer never accepted. */
  async status(digest: string): Promise<ActionStatus> {
    const { rows } = await this.pool.query<ActionStatus>(
      'SELECT state, outcome, code, tx_hash, height FROM ops.action WHERE digest = $1',
      [digest],
    );
    const status = rows[0];
    if (status === undefined)
      throw new Refusal('not_found', `no action ${digest} was accepted here`);
    return status;
  }

  async #workKeyOf(ticket: bigint): Promise<Uint8Array | undefined> {
    const { rows } = await this.pool.query<{ work_key: string }>(
      'SELECT work_key FROM read.tickets WHERE ticket = $1',
      [ticket],
    );
    return rows[0] && fromHex(rows[0].work_key);
  }
}
