import type { Pool } from '#libs/database';
import type { GatewaySecret } from '#libs/keys';
import { fromHex } from '#libs/protocol';
import { errorFields, type Logger } from '#libs/service';
import { inputContext, open, seal } from '#libs/storage';
import type { Changes } from './changes.js';
import { IDEMPOTENCY_HOURS } from './completions/idempotency.js';
import { GATEWAY_TICKET, release, waitingContext } from './completions/intake.js';
import { refusalOf, type RequestState } from './read.js';

const POLL_MS = 500;
const PAGE = 200;

interface Taken {
  action_digest: string;
  key_id: string;
  request: bigint;
  state: RequestState;
  input_tokens: bigint;
  output_tokens: bigint | null;
  charge_max: bigint;
  refund: bigint | null;
}

/**
 * Carries inputs to the nodes that the chain draws and closes what is final. Everything it needs is in Postgres, so a
 * restarted gateway goes on where the last one stopped; two of them do the same thing once.
 */
export class Courier {
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly on: {
      db: Pool;
      changes: Changes;
      secret: GatewaySecret;
      log: Logger;
      report: (ok: boolean, detail: string) => void;
    },
  ) {}

  start(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.round();
        this.on.report(true, '');
      } catch (error) {
        this.on.log.error(errorFields(error), 'courier round failed, tried again');
        this.on.report(false, error instanceof Error ? error.message : String(error));
      }
      await this.on.changes.wait(POLL_MS, this.#stopping.signal);
    }
  }

  /** One pass over everything that is open. */
  async round(): Promise<void> {
    for (const taken of await this.#taken()) {
      if (taken.state === 'pending' || taken.state === 'assigned') await this.#sealFor(taken);
      if (isFinal(taken.state)) await this.#close(taken);
    }
    await this.#releaseLost();
    await this.#forget();
  }

  /** What there is something to do for: final requests, and those with a drawn node whose input is not sealed. */
  async #taken(): Promise<Taken[]> {
    const { rows } = await this.on.db.query<Taken>(
      `SELECT i.action_digest, i.key_id, r.request, r.state, r.input_tokens, r.output_tokens, r.charge_max, r.refund
       FROM ops.intake i JOIN read.requests r ON r.action_digest = i.action_digest
       WHERE i.state = 'open' AND (
         r.state IN ('settled', 'refunded', 'disputed')
         OR r.state IN ('pending', 'assigned')
           AND EXISTS (SELECT FROM ops.sealed_input x WHERE x.action_digest = i.action_digest AND x.ticket = $2)
           AND EXISTS (SELECT FROM read.request_slots s WHERE s.request = r.request AND s.state IN ('assigned', 'accepted')
             AND NOT EXISTS (SELECT FROM ops.sealed_input x
                             WHERE x.action_digest = i.action_digest AND x.ticket = s.ticket)))
       ORDER BY r.request LIMIT $1`,
      [PAGE, GATEWAY_TICKET],
    );
    return rows;
  }

  /** Seals the input to each drawn node that has none yet, after redraws too. */
  async #sealFor({ action_digest: digest, request }: Taken): Promise<void> {
    const { rows } = await this.on.db.query<{ ticket: bigint; sealing_key: string }>(
      `SELECT DISTINCT s.ticket, t.sealing_key
       FROM read.request_slots s JOIN read.tickets t ON t.ticket = s.ticket
       WHERE s.request = $1 AND s.state IN ('assigned', 'accepted')
         AND NOT EXISTS (SELECT FROM ops.sealed_input x WHERE x.action_digest = $2 AND x.ticket = s.ticket)`,
      [request, digest],
    );
    if (rows.length === 0) return;
    const own = await this.#ownInput(digest);
    if (own === null) return;
    for (const { ticket, sealing_key: key } of rows) {
      const sealed = this.#sealTo(key, own.plaintext, { request, ticket });
      if (sealed === null) continue;
      await this.on.db.query(
        `INSERT INTO ops.sealed_input (action_digest, ticket, key_id, request, input_hash, sealed, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
        [digest, ticket, own.key_id, request, own.input_hash, Buffer.from(sealed), own.expires_at],
      );
    }
    this.on.log.info({ request: String(request), nodes: rows.length }, 'input sealed');
  }

  /** Null for a key that nothing can be sealed to: the contract takes any 32 bytes, and the others must not wait for it. */
  #sealTo(
    key: string,
    plaintext: Uint8Array,
    { request, ticket }: { request: bigint; ticket: bigint },
  ): Uint8Array | null {
    try {
      return seal(fromHex(key), plaintext, inputContext(request, ticket));
    } catch (error) {
      const of = { request: String(request), ticket: String(ticket) };
      this.on.log.warn({ ...of, ...errorFields(error) }, 'a sealing key is unusable');
      return null;
    }
  }

  async #ownInput(digest: string) {
    const { rows } = await this.on.db.query<{
      key_id: string | null;
      input_hash: string;
      sealed: Buffer;
      expires_at: bigint;
    }>(
      'SELECT key_id, input_hash, sealed, expires_at FROM ops.sealed_input WHERE action_digest = $1 AND ticket = $2',
      [digest, GATEWAY_TICKET],
    );
    const [row] = rows;
    if (row === undefined) return null;
    const plaintext = open(this.on.secret.sealingSeed(), row.sealed, waitingContext(digest));
    return { ...row, plaintext };
  }

  /** Books what was really paid and drops the inputs. A disputed request keeps its inputs for the referees to come. */
  async #close(taken: Taken): Promise<void> {
    const { action_digest: digest, request, state } = taken;
    await this.on.db.query(
      `INSERT INTO ops.usage (request, key_id, input_tokens, output_tokens, fee) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (request) DO NOTHING`,
      [
        request,
        taken.key_id,
        state === 'settled' ? taken.input_tokens : 0n,
        state === 'settled' ? (taken.output_tokens ?? 0n) : 0n,
        paidFor(taken),
      ],
    );
    if (state !== 'disputed') {
      await this.on.db.query('DELETE FROM ops.sealed_input WHERE action_digest = $1', [digest]);
    }
    await this.on.db.query(
      `UPDATE ops.intake SET state = 'done' WHERE action_digest = $1 AND state = 'open'`,
      [digest],
    );
    this.on.log.info({ request: String(request), state }, 'request closed');
  }

  /** Frees the nonces of actions that the contract refused, or that expired unseen: block time has passed them. */
  async #releaseLost(): Promise<void> {
    const { rows } = await this.on.db.query<{ action_digest: string; expired: boolean }>(
      `SELECT i.action_digest, i.expires_at < p.time_seconds AS expired
       FROM ops.intake i CROSS JOIN read.position p
       WHERE i.state = 'open' AND NOT EXISTS (SELECT FROM read.requests r WHERE r.action_digest = i.action_digest)
         AND (i.expires_at < p.time_seconds
              OR EXISTS (SELECT FROM read.actions a WHERE a.digest = i.action_digest AND a.outcome = 'refused'))
       ORDER BY i.created_at LIMIT $1`,
      [PAGE],
    );
    for (const { action_digest: digest, expired } of rows) {
      const code = await refusalOf(this.on.db, digest);
      if (code !== null) await release(this.on.db, digest, { state: 'refused', code });
      else if (expired) await release(this.on.db, digest, { state: 'void', code: 'expired' });
    }
  }

  async #forget(): Promise<void> {
    await this.on.db.query(
      `DELETE FROM ops.idempotency
       WHERE created_at < now() - make_interval(hours => $1) AND response IS NOT NULL`,
      [IDEMPOTENCY_HOURS],
    );
  }
}

const isFinal = (state: RequestState): boolean =>
  state === 'settled' || state === 'refunded' || state === 'disputed';

const paidFor = ({ charge_max: chargeMax, refund }: Taken): bigint => chargeMax - (refund ?? 0n);
