import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { StackError } from '../errors.mjs';
import { signalGroup, startedAt } from './identity.mjs';
import { untilReady } from './probe.mjs';
import { backOff, wantsRestart } from './restart.mjs';

const STOP_GRACE_MS = 10_000;
const LOG_BYTES_MAX = 20_000_000;
const TAIL_BYTES = 64_000;
const NAMED_LINES = 15;

/**
 * The last lines of a log file.
 * @param {string} file
 * @param {number} lines
 */
export function tail(file, lines) {
  if (!existsSync(file)) return [];
  const text = readFileSync(file);
  return text
    .subarray(Math.max(0, text.length - TAIL_BYTES))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .slice(-lines);
}

/** One part of a stack: a process in a group of its own, its log, its readiness and its restarts. */
export class Child {
  /**
   * @param {import('../index.mjs').PartSpec} spec
   * @param {{logFile: string, onChange: () => void}} options
   */
  constructor(spec, { logFile, onChange }) {
    this.spec = spec;
    this.logFile = logFile;
    this.onChange = onChange;
    this.state = 'stopped';
    this.restarts = 0;
    this.failures = 0;
    this.wanted = false;
    this.process = null;
    this.ended = Promise.resolve();
    this.facts = { pid: null, started: null, exit: null };
  }

  /** What state.json says of this part. */
  get report() {
    const { kind, command, args } = this.spec;
    return {
      kind,
      state: this.state,
      ...this.facts,
      restarts: this.restarts,
      log: this.logFile,
      command: [command, ...args],
    };
  }

  /** Starts and waits until it serves; a part that ends or stays silent is a named error with its last lines. */
  async start() {
    if (this.process) return;
    this.wanted = true;
    this.#spawn();
    await this.#settle();
    if (this.state !== 'ready') {
      const why =
        this.state === 'failed' ? `ended (${this.facts.exit})` : 'did not become ready in time';
      throw new StackError(
        'PART_FAILED',
        `${this.spec.name} ${why}; its last lines:\n  ${this.lastLines()}`,
        {
          todo: `full log: npm run stack -- logs ${this.spec.name}`,
        },
      );
    }
  }

  lastLines() {
    return tail(this.logFile, NAMED_LINES).join('\n  ');
  }

  /** Stops for good: the part's own signal first, then by force; resolves when the process is gone. */
  async stop(signal = this.spec.stopSignal ?? 'SIGTERM') {
    this.wanted = false;
    const running = this.process;
    if (!running) return this.#enter('stopped');
    this.#enter('stopping');
    signalGroup(running.pid, signal);
    const force = setTimeout(() => signalGroup(running.pid, 'SIGKILL'), STOP_GRACE_MS);
    await this.ended;
    clearTimeout(force);
    signalGroup(running.pid, 'SIGKILL');
  }

  /** Sends any signal; what follows (a restart, a named failure) is the part's own business. */
  kill(signal) {
    if (!this.process) throw new StackError('NOT_RUNNING', `${this.spec.name} is not running`);
    this.process.kill(signal);
  }

  #enter(state) {
    this.state = state;
    this.onChange();
  }

  #openLog() {
    if (existsSync(this.logFile) && statSync(this.logFile).size > LOG_BYTES_MAX)
      renameSync(this.logFile, `${this.logFile}.1`);
    return openSync(this.logFile, 'a', 0o644);
  }

  #spawn() {
    const { command, args, env, cwd, uid, gid } = this.spec;
    const log = this.#openLog();
    const identity = uid === undefined ? {} : { uid, gid };
    const options = {
      cwd: cwd ?? '/',
      env: { ...process.env, ...env },
      stdio: ['ignore', log, log],
      detached: true,
      ...identity,
    };
    const child = spawn(command, args, options);
    closeSync(log);
    this.process = child;
    this.startedMs = Date.now();
    this.facts = {
      pid: child.pid ?? null,
      started: child.pid ? startedAt(child.pid) : null,
      exit: null,
    };
    this.ended = new Promise((done) => {
      child.once('error', (error) =>
        this.#onEnd({ code: null, signal: null, problem: error.message }, done),
      );
      child.once('exit', (code, signal) => this.#onEnd({ code, signal }, done));
    });
    this.#enter('starting');
  }

  /** Follows a start to ready or to its end. */
  async #settle() {
    const mine = this.process;
    const running = () => this.process === mine && mine !== null;
    if (!(await untilReady(this.spec.ready, running))) return;
    if (running() && this.state === 'starting') this.#enter('ready');
  }

  #onEnd({ code, signal, problem }, done) {
    const ranMs = Date.now() - this.startedMs;
    this.process = null;
    this.facts = { pid: null, started: null, exit: problem ?? signal ?? `exit ${code}` };
    if (!this.wanted) this.#enter('stopped');
    else if (!problem && wantsRestart({ kind: this.spec.kind, code, signal }))
      void this.#again(ranMs);
    else this.#enter('failed');
    done();
  }

  async #again(ranMs) {
    const { failures, delayMs } = backOff({ failures: this.failures, ranMs });
    this.failures = failures;
    this.#enter('restarting');
    await sleep(delayMs);
    if (!this.wanted || this.process) return;
    this.restarts += 1;
    this.#spawn();
    await this.#settle();
  }
}
