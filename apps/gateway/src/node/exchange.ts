import { z } from 'zod';
import { canonicalAddress } from '#libs/chain';
import type { Pool } from '#libs/database';
import type { GatewaySecret } from '#libs/keys';
import {
  deliveryDigest,
  ed25519Verify,
  fromHex,
  leafOf,
  outputDigest,
  toHex,
} from '#libs/protocol';
import { PermanentError, type Network } from '#libs/service';
import { open, outputContext, sealingPublicKey } from '#libs/storage';
import { ApiError, invalid } from '../http/api-error.js';
import { panelSeat, requestById, type PanelSeat } from '../read.js';
import { isSignedCall, notOnPanel, parseNodeClaim, unsigned, type NodeCall } from './call.js';

const base64 = z
  .string()
  .max(4_194_304)
  .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);

export const deliverySchema = z.strictObject({
  ticket: z.string().regex(/^[1-9]\d{0,18}$/),
  sealed: base64,
  signature: base64,
});

/** Gives drawn nodes their inputs and takes their outputs. Every call is signed by the work key of a panel ticket. */
export class Exchange {
  constructor(
    private readonly on: {
      db: Pool;
      secret: GatewaySecret;
      network: Network;
      /** Called after an output was stored. */
      delivered: () => void;
      now?: () => number;
    },
  ) {}

  /** The X25519 key that outputs are sealed to. */
  sealingKey(): Uint8Array {
    return sealingPublicKey(this.on.secret.sealingSeed());
  }

  /** The input sealed to the calling ticket; 404 `not_ready` until the courier has sealed it. */
  async input(call: NodeCall, request: bigint, inputHash: string): Promise<Buffer> {
    const { ticket } = await this.#caller(call, request);
    const { rows } = await this.on.db.query<{ sealed: Buffer }>(
      'SELECT sealed FROM ops.sealed_input WHERE request = $1 AND ticket = $2 AND input_hash = $3',
      [request, ticket, inputHash],
    );
    if (rows[0] === undefined) {
      throw new ApiError(
        404,
        'not_ready',
        'The input is not sealed for this ticket yet. Try again.',
        {
          headers: { 'retry-after': '1' },
        },
      );
    }
    return rows[0].sealed;
  }

  /** Stores an output after every check that is possible before the answer: seal, delivery signature, panel, leaf. */
  async deliver(call: NodeCall, request: bigint, body: unknown): Promise<void> {
    const { ticket, seat } = await this.#caller(call, request);
    const parsed = deliverySchema.safeParse(body);
    if (!parsed.success)
      throw invalid('malformed', 'The body must be {ticket, sealed, signature}.', 'body');
    if (BigInt(parsed.data.ticket) !== ticket)
      throw unsigned('the body names another ticket than the call');
    const row = await requestById(this.on.db, request);
    const isOpen = row !== null && ['revealing', 'agreed', 'settled'].includes(row.state);
    if (!isOpen) {
      throw new ApiError(409, 'not_committed', 'Outputs are taken once every slot has committed.', {
        headers: { 'retry-after': '1' },
      });
    }
    const sealed = Buffer.from(parsed.data.sealed, 'base64');
    const signature = Buffer.from(parsed.data.signature, 'base64');
    const digest = outputDigest(this.#unseal(request, sealed));
    this.#checkDelivery({ request, ticket, digest, signature, seat });
    await this.#store({ request, ticket, d: toHex(digest), sealed, signature });
    this.on.delivered();
  }

  async #caller(call: NodeCall, request: bigint): Promise<{ ticket: bigint; seat: PanelSeat }> {
    const claim = parseNodeClaim(call.headers, (this.on.now ?? Date.now)());
    const seat = await panelSeat(this.on.db, request, claim.ticket);
    if (seat === null) throw notOnPanel(request, claim.ticket);
    if (!isSignedCall(call, claim, seat.work_key))
      throw unsigned('the work key did not sign this call');
    return { ticket: claim.ticket, seat };
  }

  #unseal(request: bigint, sealed: Uint8Array): Uint8Array {
    try {
      return open(this.on.secret.sealingSeed(), sealed, outputContext(request));
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;
      throw invalid(
        'unsealable',
        'The output is not sealed to this gateway for this request.',
        'sealed',
      );
    }
  }

  #checkDelivery(of: {
    request: bigint;
    ticket: bigint;
    digest: Uint8Array;
    signature: Uint8Array;
    seat: PanelSeat;
  }): void {
    const { request, ticket, digest, signature, seat } = of;
    const { chain_id: chainId, contract } = this.on.network;
    const signed = deliveryDigest({
      chainId,
      contract: canonicalAddress(contract),
      request,
      ticket,
      digest,
    });
    if (!ed25519Verify(fromHex(seat.work_key), signed, signature)) {
      throw invalid('bad_delivery', 'The delivery signature is not over this output.', 'signature');
    }
    if (seat.leaf !== null && toHex(leafOf(digest, seat.slot)) !== seat.leaf) {
      throw invalid(
        'not_the_committed_output',
        'This output does not hash to the revealed leaf.',
        'sealed',
      );
    }
  }

  async #store(output: {
    request: bigint;
    ticket: bigint;
    d: string;
    sealed: Buffer;
    signature: Buffer;
  }): Promise<void> {
    await this.on.db.query(
      `INSERT INTO ops.output (request, ticket, d, sealed, signature) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (request, ticket) DO NOTHING`,
      [output.request, output.ticket, output.d, output.sealed, output.signature],
    );
    const { rows } = await this.on.db.query<{ d: string }>(
      'SELECT d FROM ops.output WHERE request = $1 AND ticket = $2',
      [output.request, output.ticket],
    );
    if (rows[0]?.d !== output.d) {
      throw new ApiError(
        409,
        'conflict',
        'This ticket has delivered another output for this request.',
      );
    }
  }
}
