import type { Pool } from '#libs/database';
import type { ApiKey, GatewaySecret } from '#libs/keys';
import type { Logger, Network } from '#libs/service';
import type { Changes } from '../changes.js';
import { ApiError, unavailable } from '../http/api-error.js';
import type { ChatRequest } from '../openai/chat-request.js';
import { completionOf } from '../openai/completion.js';
import { requestByDigest } from '../read.js';
import type { Vocabularies } from '../vocabularies.js';
import { answerOf } from './answer.js';
import { awaitOutput, awaitRequest, type Following } from './follow.js';
import { bodyHashOf, findClaim, storeResponse, type StoredResponse } from './idempotency.js';
import { admitSend, release, takeIn, type Intake } from './intake.js';
import { refusedByContract } from './outcome.js';
import { planRequest } from './plan.js';
import { submitAction } from './sequencer.js';

export interface CompletionsDeps {
  db: Pool;
  changes: Changes;
  vocabularies: Vocabularies;
  secret: GatewaySecret;
  network: Network;
  log: Logger;
  sequencerUrl: string;
  answerLimitMs: number;
}

export interface Asked {
  key: ApiKey;
  chat: ChatRequest;
  body: unknown;
  feeCap: bigint | null;
  idempotencyKey: string | null;
}

/** A request the chain has taken, and its response once there is one. */
export interface Begun {
  request: bigint | null;
  replayed: boolean;
  response: Promise<StoredResponse>;
}

/** Turns a chat request into a paid request on chain, and its agreed output into a response. */
export class Completions {
  readonly #following: Following;

  constructor(private readonly deps: CompletionsDeps) {
    this.#following = {
      db: deps.db,
      changes: deps.changes,
      sealingSeed: deps.secret.sealingSeed(),
      limitMs: deps.answerLimitMs,
    };
  }

  /** Resolves when the contract has taken the request; until then refusals are thrown and nothing is charged. */
  async begin(asked: Asked): Promise<Begun> {
    const idempotency =
      asked.idempotencyKey === null
        ? null
        : { key: asked.idempotencyKey, bodyHash: bodyHashOf(this.deps.secret, asked) };
    const claimed = idempotency && (await findClaim(this.#following, asked.key.id, idempotency));
    if (claimed?.response) {
      const { response } = claimed;
      return { request: requestIn(response), replayed: true, response: Promise.resolve(response) };
    }
    if (claimed) return await this.#resume(await this.#intakeOf(claimed.digest), true);
    const plan = await planRequest(this.deps, asked);
    const intake = await takeIn(this.deps, { key: asked.key, plan, idempotency });
    if (intake === null) return await this.begin(asked);
    return await this.#resume(intake, false);
  }

  async #intakeOf(digest: string): Promise<Intake> {
    const { rows } = await this.deps.db.query<{ key_id: string; signed_action: unknown }>(
      'SELECT key_id, signed_action FROM ops.intake WHERE action_digest = $1',
      [digest],
    );
    const [row] = rows;
    if (row === undefined)
      throw unavailable('busy', 'The request is being taken in. Try again.', 1);
    return { digest, keyId: row.key_id, signedAction: row.signed_action };
  }

  /** Sends the stored bytes (again) and follows them: any number of times, one request. */
  async #resume(intake: Intake, replayed: boolean): Promise<Begun> {
    const { digest } = intake;
    const known = replayed ? await requestByDigest(this.deps.db, digest) : null;
    if (known === null) await this.#submit(intake);
    const { request } = await awaitRequest(this.#following, digest);
    this.deps.log.info({ request: String(request), keyId: intake.keyId }, 'request taken');
    return { request, replayed, response: this.#finish(digest, request) };
  }

  async #submit(intake: Intake): Promise<void> {
    const { db, sequencerUrl } = this.deps;
    const { digest, signedAction } = intake;
    const submission = await submitAction(sequencerUrl, signedAction, () => admitSend(db, digest));
    if (submission.kind === 'taken' || submission.kind === 'closed') return;
    const { certain, sends } = submission;
    const code = submission.kind === 'unknown' ? 'sequencer_unavailable' : submission.code;
    const ended = certain && (await release(db, digest, { state: 'void', code, sends }));
    if (submission.kind === 'unknown') {
      this.deps.log.warn({ digest, reason: submission.reason }, 'sequencer silent');
      throw unavailable('sequencer_unavailable', 'The sequencer does not answer. Try again.', 5);
    }
    // What this call or another one sent before may be on its way although this send was refused: it is followed.
    if (!ended && submission.status !== 429) return;
    if (submission.status === 429) {
      throw unavailable(
        'busy',
        'The network is taking no more requests now. Try again.',
        submission.retryAfter,
      );
    }
    if (submission.code === 'insufficient_balance') throw refusedByContract(submission.code);
    throw unavailable(
      'refused_by_sequencer',
      `The sequencer did not take the request (${submission.code}: ${submission.message}); nothing was charged.`,
      5,
    );
  }

  async #finish(digest: string, request: bigint): Promise<StoredResponse> {
    const headers = { 'x-atoma-request': request.toString() };
    try {
      const { row, output } = await awaitOutput(this.#following, request);
      const body = completionOf(await answerOf(this.deps.db, row, output));
      const response = { status: 200, headers, body };
      await storeResponse(this.#following, digest, response);
      return response;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const response = {
        status: error.status,
        headers: { ...headers, ...error.headers },
        body: error.body(),
      };
      if (error.code !== 'answer_timeout') await storeResponse(this.#following, digest, response);
      return response;
    }
  }
}

const requestIn = (response: StoredResponse): bigint | null => {
  const request = response.headers['x-atoma-request'];
  return request === undefined ? null : BigInt(request);
};
