import { canonicalAddress } from '#libs/chain';
import {
  jobId,
  type CancelPayload,
  type DutyRef,
  type InferPayload,
  type Job,
  type JobSource,
  type RevealPayload,
} from '#libs/jobs';
import { deliveryDigest, ed25519Sign } from '#libs/protocol';
import {
  InvariantViolation,
  PermanentError,
  TransientError,
  type Logger,
  type Network,
} from '#libs/service';
import { outputContext, seal } from '#libs/storage';
import type { Act, Actions } from './actions.js';
import type { Runner } from './engines.js';
import type { GatewayClient } from './gateway-client.js';
import { openInput, type Plaintext } from './input.js';
import type { NodeKeys } from './node-keys.js';
import { retrying } from './retrying.js';
import { commitmentTo, findWork, recordOf, storeWork, type WorkRecord } from './work-record.js';

/** Everything a duty of this node needs. */
export interface Node {
  keys: NodeKeys;
  network: Network;
  runners: Map<string, Runner>;
  gateway: GatewayClient;
  actions: Actions;
  jobs: JobSource;
  /** Where records and signed actions lie, each written once. */
  dir: string;
  log: Logger;
}

/** Does this node's jobs; each may run any number of times and always sends the same bytes. */
export class Duties {
  readonly #running = new Map<string, AbortController>();

  constructor(private readonly node: Node) {}

  async handle(job: Job, signal: AbortSignal): Promise<void> {
    if (job.payload.ticket !== this.node.keys.ticket) {
      throw new PermanentError('wrong_ticket', `this node has ticket ${this.node.keys.ticket}`);
    }
    switch (job.kind) {
      case 'infer':
        return this.#cancellable(job.payload, signal, (both) => this.#infer(job.payload, both));
      case 'reveal':
        return this.#reveal(job.payload, signal);
      case 'cancel':
        return this.#cancel(job.payload);
    }
  }

  async #infer(job: InferPayload, signal: AbortSignal): Promise<void> {
    const { dir, network, actions } = this.node;
    const record = (await findWork(dir, job)) ?? (await this.#compute(job, signal));
    if (record === null) return;
    const commitment = commitmentTo(record, job, network);
    const commit: Act = { kind: 'commit', action: { commit: { ...slotOf(job), commitment } } };
    await actions.send(job, commit, signal);
    // A commitment that overtook its acceptance was refused: it is worth repeating only behind it.
    await this.#settle(job, acceptanceOf(job), signal);
    await this.#insist(job, commit, signal);
  }

  /** Accepts the input, answers it and stores the record; null when the input was refused. */
  async #compute(job: InferPayload, signal: AbortSignal): Promise<WorkRecord | null> {
    const { actions, keys, dir } = this.node;
    const accepted = await this.#readInput(job, signal);
    if (accepted === null) {
      const refuse: Act = { kind: 'refuse', action: { refuse: slotOf(job) } };
      await actions.send(job, refuse, signal);
      await this.#settle(job, refuse, signal);
      return null;
    }
    await actions.send(job, acceptanceOf(job), signal);
    const { input, params } = accepted.plaintext;
    const generation = {
      tokens: input.tokens,
      maxOutputTokens: params.max_output_tokens,
      stop: params.stop,
    };
    const finished = new AbortController();
    // The window of the acceptance may be shorter than the computation, so it is followed meanwhile.
    const [answer] = await Promise.all([
      accepted.runner.engine.generate(generation, signal).finally(() => finished.abort()),
      actions.settle(job, acceptanceOf(job), { signal, patience: finished.signal }),
    ]);
    return storeWork(dir, job, recordOf(answer, { job, workKeySeed: keys.workKeySeed }));
  }

  /** The outcome of a sent action; `TransientError` brings the job back later, other jobs have its place meanwhile. */
  async #settle(of: DutyRef, act: Act, signal: AbortSignal): Promise<'accepted' | 'ended'> {
    const settled = await this.node.actions.settle(of, act, { signal });
    if (settled === 'open') throw new TransientError(`${act.kind} has no outcome yet`);
    return settled;
  }

  /** As `#settle`, for an action that the node is slashed without: the dispatcher brings back what ends without it. */
  async #insist(of: DutyRef, act: Act, signal: AbortSignal): Promise<void> {
    if ((await this.#settle(of, act, signal)) === 'accepted') return;
    throw new PermanentError('action_refused', `${act.kind} was not accepted`);
  }

  async #readInput(
    job: InferPayload,
    signal: AbortSignal,
  ): Promise<{ plaintext: Plaintext; runner: Runner } | null> {
    const { gateway, keys, runners, log } = this.node;
    const runner = runners.get(job.model);
    if (runner === undefined) {
      log.warn(
        { jobId: jobId('infer', job), model: job.model },
        'refusing a model this node does not hold',
      );
      return null;
    }
    const sealed = await retrying(() => gateway.input(job.request, job.input_hash, signal), {
      what: 'input',
      signal,
      log,
    });
    try {
      const { sealingKeySeed } = keys;
      return { plaintext: openInput(sealed, { sealingKeySeed, job, runner }), runner };
    } catch (error) {
      if (!(error instanceof PermanentError && error.code === 'bad_input')) throw error;
      log.warn({ jobId: jobId('infer', job), reason: error.message }, 'refusing an input');
      return null;
    }
  }

  async #reveal(job: RevealPayload, signal: AbortSignal): Promise<void> {
    const { dir, actions } = this.node;
    const record = await findWork(dir, job);
    if (record === null) {
      throw new PermanentError(
        'record_lost',
        `there is no record to reveal for ${jobId('infer', job)}`,
      );
    }
    if (record.slot !== job.slot) {
      throw new InvariantViolation(
        `the record is of slot ${record.slot}, the reveal of slot ${job.slot}`,
      );
    }
    const { salt, root, leaf, evidence_root, output_tokens, finish_reason } = record;
    const reveal = {
      ...slotOf(job),
      salt,
      root,
      leaf,
      evidence_root,
      output_tokens,
      finish_reason,
    };
    // The slash threatens the reveal, so it goes first.
    const act: Act = { kind: 'reveal', action: { reveal } };
    await actions.send(job, act, signal);
    const ends = await Promise.allSettled([
      this.#deliver(job, record, signal),
      this.#insist(job, act, signal),
    ]);
    for (const end of ends.toReversed()) if (end.status === 'rejected') throw end.reason;
  }

  async #deliver(job: RevealPayload, record: WorkRecord, signal: AbortSignal): Promise<void> {
    const { gateway, keys, network, log } = this.node;
    const { request, ticket } = job;
    const { chain_id: chainId, contract } = network;
    const digest = deliveryDigest({
      chainId,
      contract: canonicalAddress(contract),
      request,
      ticket,
      digest: record.d,
    });
    const signature = ed25519Sign(keys.workKeySeed, digest);
    const deliver = async (): Promise<void> => {
      const sealed = seal(await gateway.sealingKey(signal), record.output, outputContext(request));
      await gateway.deliver(request, { sealed, signature }, signal);
    };
    await retrying(deliver, { what: 'output', signal, log });
    log.info({ requestId: request.toString() }, 'output delivered');
  }

  /** Takes back what has not begun and stops what runs; records stay, the chain may still ask for them. */
  async #cancel(job: CancelPayload): Promise<void> {
    await this.node.jobs.withdraw('infer', job);
    await this.node.jobs.withdraw('reveal', job);
    this.#running.get(jobId('infer', job))?.abort(new PermanentError('cancelled', job.reason));
  }

  async #cancellable(
    job: InferPayload,
    signal: AbortSignal,
    work: (both: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const id = jobId('infer', job);
    const controller = this.#running.get(id) ?? new AbortController();
    this.#running.set(id, controller);
    try {
      await work(AbortSignal.any([signal, controller.signal]));
    } finally {
      this.#running.delete(id);
    }
  }
}

const slotOf = ({ request, slot, attempt }: RevealPayload) => ({ request, slot, attempt });

const acceptanceOf = (job: InferPayload): Act => ({
  kind: 'accept_input',
  action: { accept_input: slotOf(job) },
});
