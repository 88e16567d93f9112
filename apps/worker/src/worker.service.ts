import { join } from 'node:path';
import type { bullmqSource, Job, Subscription } from '#libs/jobs';
import {
  errorFields,
  InvariantViolation,
  type Logger,
  type Network,
  type Readiness,
} from '#libs/service';
import { Actions } from './actions.js';
import type { WorkerConfig } from './config.js';
import { Duties } from './duties.js';
import { loadRunners, type Runner } from './engines.js';
import { GatewayClient } from './gateway-client.js';
import type { NodeKeys } from './node-keys.js';
import { fetchRegistration, servable } from './registration.js';
import { SequencerClient } from './sequencer-client.js';

const CONNECTION_CHECK_MS = 1_000;

interface Parts {
  config: WorkerConfig;
  log: Logger;
  keys: NodeKeys;
  network: Network;
  jobs: ReturnType<typeof bullmqSource>;
  readiness: Readiness;
}

/** The life of one node: weights and registration checked first, then jobs until it stops or an invariant breaks. */
export class WorkerService {
  readonly #broken = new AbortController();
  #runners = new Map<string, Runner>();
  #subscription: Subscription | null = null;
  #watch: NodeJS.Timeout | null = null;

  constructor(private readonly parts: Parts) {}

  /** Rejects when something is found that no retry can mend. */
  readonly failed = new Promise<never>((_resolve, reject) => {
    const { signal } = this.#broken;
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

  async start(): Promise<void> {
    const { config, log, keys, network, jobs, readiness } = this.parts;
    this.#runners = await loadRunners(config, log);
    readiness.set('weights', true, [...this.#runners.keys()].join(', '));
    await this.#keepRegistered();
    readiness.set('registered', true, [...this.#runners.keys()].join(', '));
    const dir = join(config.WORK_DIR, `ticket-${keys.ticket}`);
    const sequencer = new SequencerClient(config.SEQUENCER_URL);
    const duties = new Duties({
      keys,
      network,
      runners: this.#runners,
      gateway: new GatewayClient({ url: config.GATEWAY_URL, keys }),
      actions: new Actions({ network, keys, dir, sequencer, log }),
      jobs,
      dir,
      log,
    });
    this.#subscription = await jobs.subscribe((job, signal) => this.#run(duties, job, signal));
    this.#watchConnection();
    log.info({ ticket: keys.ticket.toString(), engine: config.ENGINE }, 'taking jobs');
  }

  async stop(): Promise<void> {
    if (this.#watch !== null) clearInterval(this.#watch);
    await this.#subscription?.close();
    await this.parts.jobs.close();
    await Promise.all([...this.#runners.values()].map(({ engine }) => engine.close()));
  }

  /** Weights that hash to model.json's root prove nothing until the chain has the same root. */
  async #keepRegistered(): Promise<void> {
    const { log, keys, network } = this.parts;
    const models = [...this.#runners.values()].map(({ model }) => model);
    const ids = models.map(({ id }) => id);
    const found = await fetchRegistration(network, { ticket: keys.ticket, models: ids });
    const kept = servable({ keys, models }, found);
    for (const [id, { engine }] of this.#runners) {
      if (kept.has(id)) continue;
      log.warn({ model: id }, 'skipping a model that is not registered');
      this.#runners.delete(id);
      await engine.close();
    }
  }

  async #run(duties: Duties, job: Job, signal: AbortSignal): Promise<void> {
    const started = performance.now();
    const fields = {
      kind: job.kind,
      requestId: job.payload.request.toString(),
      run: job.payload.run,
    };
    try {
      await duties.handle(job, signal);
      this.parts.log.info(
        { ...fields, durationMs: Math.round(performance.now() - started) },
        'job done',
      );
    } catch (error) {
      this.parts.log.warn({ ...fields, ...errorFields(error) }, 'job not done');
      if (error instanceof InvariantViolation) this.#broken.abort(error);
      throw error;
    }
  }

  #watchConnection(): void {
    const report = (): void => {
      const connected = this.#subscription?.isConnected() === true;
      this.parts.readiness.set('jobs', connected, connected ? '' : 'the queue is unreachable');
    };
    report();
    this.#watch = setInterval(report, CONNECTION_CHECK_MS);
  }
}
