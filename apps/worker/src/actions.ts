import { z } from 'zod';
import { digestOf, signedActionSchema, signWorkAction, toWire, type WorkAction } from '#libs/chain';
import type { DutyRef } from '#libs/jobs';
import { toHex, utf8 } from '#libs/protocol';
import { PermanentError, type Logger, type Network } from '#libs/service';
import { readStored, writeOnce } from '#libs/storage';
import { httpCall, problemOf } from './http-call.js';
import type { NodeKeys } from './node-keys.js';
import { retrying } from './retrying.js';

/** From the first signature; the contract allows an hour, and no window of a duty is as long as this. */
const ACTION_SECONDS = 1_800n;

const takenSchema = z.object({ digest: z.string(), index: z.union([z.string(), z.number()]) });

export type ActionKind = 'accept_input' | 'commit' | 'reveal' | 'refuse';

/** Signs this node's actions and brings them to the sequencer, always the same bytes for the same duty. */
export class Actions {
  constructor(
    private readonly on: {
      network: Network;
      keys: NodeKeys;
      dir: string;
      sequencerUrl: string;
      log: Logger;
    },
  ) {}

  /** Returns once the sequencer has taken the action, now or at an earlier run. `untilSeconds`: no longer than this. */
  async send(
    of: DutyRef,
    act: { kind: ActionKind; action: WorkAction; untilSeconds?: bigint },
    signal: AbortSignal,
  ): Promise<void> {
    const bytes = await this.#signOnce(of, act);
    const signed = signedActionSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    const digest = toHex(digestOf(this.on.network, signed));
    const last = act.untilSeconds ?? signed.expires_at;
    await retrying(() => this.#post(bytes, digest, signal), {
      what: act.kind,
      untilMs: Number(last) * 1_000,
      signal,
      log: this.on.log,
    });
    const { request, attempt } = of;
    this.on.log.info(
      { kind: act.kind, requestId: request.toString(), attempt, digest },
      'action taken',
    );
  }

  /** The signed action is on disk before anybody sees it: a second run sends these bytes, not newer ones. */
  async #signOnce(of: DutyRef, act: { kind: ActionKind; action: WorkAction }): Promise<Uint8Array> {
    const key = `${act.kind}-${of.request}-${of.ticket}-${of.attempt}`;
    const stored = await readStored(this.on.dir, key);
    if (stored !== null) return stored;
    const signed = signWorkAction({
      network: this.on.network,
      ticket: this.on.keys.ticket,
      workKeySeed: this.on.keys.workKeySeed,
      action: act.action,
      expiresAt: BigInt(Math.floor(Date.now() / 1_000)) + ACTION_SECONDS,
    });
    return writeOnce(this.on.dir, key, utf8(JSON.stringify(toWire(signed))));
  }

  async #post(bytes: Uint8Array, digest: string, signal: AbortSignal): Promise<void> {
    const { status, body } = await httpCall(new URL('/v1/actions', this.on.sequencerUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: bytes,
      signal,
    });
    if (status !== 200 && status !== 202) {
      throw new PermanentError(`action_${problemOf(body)}`, `the sequencer answered ${status}`);
    }
    const taken = takenSchema.safeParse(JSON.parse(Buffer.from(body).toString('utf8')));
    if (taken.data?.digest !== digest) {
      throw new PermanentError(
        'wrong_receipt',
        'the sequencer took another action than the one sent',
      );
    }
  }
}
