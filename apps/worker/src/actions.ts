import { digestOf, signedActionSchema, signWorkAction, toWire, type WorkAction } from '#libs/chain';
import type { DutyRef } from '#libs/jobs';
import { toHex, utf8 } from '#libs/protocol';
import {
  backoffMs,
  errorFields,
  PermanentError,
  sleep,
  TransientError,
  type Logger,
  type Network,
} from '#libs/service';
import { readStored, writeOnce } from '#libs/storage';
import type { NodeKeys } from './node-keys.js';
import { BACKOFF_CAP_MS, HOLD_MS, retrying } from './retrying.js';
import type { SequencerClient } from './sequencer-client.js';

/** From each signature; the contract allows an hour, and no window of a duty is as long as this. */
const ACTION_SECONDS = 1_800n;
/** An action that came to nothing is signed again at most this often. */
const REPEATS_MAX = 4;
/** Refusals that say that the duty is over: to repeat the action would change nothing. */
const OVER = new Set([
  'too_late',
  'wrong_attempt',
  'wrong_state',
  'not_your_slot',
  'no_such_slot',
  'not_found',
  'commitment_mismatch',
]);

export type ActionKind = 'accept_input' | 'commit' | 'reveal' | 'refuse';

export interface Act {
  kind: ActionKind;
  action: WorkAction;
}

/** `open`: nobody knows yet. `ended`: refused for good. */
export type Settled = 'accepted' | 'ended' | 'open';

interface Signed {
  bytes: Uint8Array;
  digest: string;
}

/** Signs this node's actions and brings them to the chain: the same bytes for the same duty until they came to nothing. */
export class Actions {
  constructor(
    private readonly on: {
      network: Network;
      keys: NodeKeys;
      dir: string;
      sequencer: SequencerClient;
      log: Logger;
    },
  ) {}

  /** Returns once the sequencer has taken the action, now or at an earlier run. What becomes of it says `settle`. */
  async send(of: DutyRef, act: Act, signal: AbortSignal): Promise<void> {
    const { log, sequencer } = this.on;
    const signed = await this.#latest(of, act);
    await retrying(() => sequencer.post(signed, signal), { what: act.kind, signal, log });
    log.info({ ...fieldsOf(of, act), digest: signed.digest }, 'action taken');
  }

  /**
   * Follows a sent action until the log tells its outcome. One that was refused or expired is signed anew and sent
   * again, unless the code says that the duty is over: the contract takes at most one action of a duty and kind.
   * `open` when `patience` (default: `HOLD_MS`) ends before the outcome is known; rejects only when aborted.
   */
  async settle(
    of: DutyRef,
    act: Act,
    until: { signal: AbortSignal; patience?: AbortSignal },
  ): Promise<Settled> {
    const { signal, patience = AbortSignal.timeout(HOLD_MS) } = until;
    const either = AbortSignal.any([signal, patience]);
    for (let attempt = 0; ; attempt++) {
      const settled = await this.#look(of, act, signal);
      if (settled !== 'open' || patience.aborted) return settled;
      await sleep(backoffMs(attempt, BACKOFF_CAP_MS), either);
      signal.throwIfAborted();
    }
  }

  async #look(of: DutyRef, act: Act, signal: AbortSignal): Promise<Settled> {
    const { log, sequencer } = this.on;
    const signed = await this.#latest(of, act);
    try {
      const status = await sequencer.status(signed.digest, signal);
      if (status.outcome === 'accepted') return 'accepted';
      if (status.state === 'observed') return await this.#repeat(of, act, status.code ?? 'expired');
      if (status.state === 'unknown') await sequencer.post(signed, signal);
      return 'open';
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof PermanentError && error.code === 'action_expired') {
        return await this.#repeat(of, act, 'expired');
      }
      log.debug({ ...fieldsOf(of, act), ...errorFields(error) }, 'action not settled');
      if (error instanceof TransientError) return 'open';
      if (error instanceof PermanentError) return 'ended';
      throw error;
    }
  }

  /** Stores the next signature of an action that came to nothing; the next look posts it. */
  async #repeat(of: DutyRef, act: Act, code: string): Promise<Settled> {
    const repeats = (await this.#stored(of, act)).length;
    const over = OVER.has(code) || repeats > REPEATS_MAX;
    this.on.log.warn({ ...fieldsOf(of, act), code, repeats, over }, 'action came to nothing');
    if (over) return 'ended';
    await this.#sign(of, act, repeats);
    return 'open';
  }

  async #latest(of: DutyRef, act: Act): Promise<Signed> {
    const bytes = (await this.#stored(of, act)).at(-1) ?? (await this.#sign(of, act, 0));
    const signed = signedActionSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return { bytes, digest: toHex(digestOf(this.on.network, signed)) };
  }

  async #stored(of: DutyRef, act: Act): Promise<Uint8Array[]> {
    const found: Uint8Array[] = [];
    for (;;) {
      const bytes = await readStored(this.on.dir, keyOf(of, act, found.length));
      if (bytes === null) return found;
      found.push(bytes);
    }
  }

  /** The signed action is on disk before anybody sees it: a second run sends these bytes, not newer ones. */
  async #sign(of: DutyRef, act: Act, repeat: number): Promise<Uint8Array> {
    const signed = signWorkAction({
      network: this.on.network,
      ticket: this.on.keys.ticket,
      workKeySeed: this.on.keys.workKeySeed,
      action: act.action,
      expiresAt: BigInt(Math.floor(Date.now() / 1_000)) + ACTION_SECONDS + BigInt(repeat),
    });
    return writeOnce(this.on.dir, keyOf(of, act, repeat), utf8(JSON.stringify(toWire(signed))));
  }
}

/** The first signature of a duty has the plain key, each further one a number. */
const keyOf = (of: DutyRef, { kind }: Act, repeat: number): string =>
  `${kind}-${of.request}-${of.ticket}-${of.attempt}${repeat === 0 ? '' : `.${repeat}`}`;

const fieldsOf = ({ request, attempt }: DutyRef, { kind }: Act) => ({
  kind,
  requestId: request.toString(),
  attempt,
});
