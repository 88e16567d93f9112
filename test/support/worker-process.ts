import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Where this file compiles the sources to: below node_modules, so that packages resolve as they do from dist. */
const OUT = resolve('node_modules/.cache/atoma-worker-spec');

/** Compiles apps and libs as the build does, into a folder of its own: a test never waits for or breaks `dist`. */
export function compileWorker(): string {
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const imports = { '#libs/*': './libs/*/src/index.js' };
  writeFileSync(`${OUT}/package.json`, JSON.stringify({ type: 'module', imports }));
  const compiler = resolve('node_modules/.bin/swc');
  const sources = ['apps/worker', 'libs'];
  execFileSync(compiler, [...sources, '-d', OUT, '--ignore', '**/*.spec.ts'], { stdio: 'pipe' });
  return `${OUT}/apps/worker/src/main.js`;
}

/** A worker in a process of its own, with what it logged. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly exited: Promise<{ code: number | null; signal: string | null }>;

  constructor(main: string, environment: Record<string, string>) {
    const { PATH, LD_LIBRARY_PATH } = process.env;
    const inherited = { ...(PATH && { PATH }), ...(LD_LIBRARY_PATH && { LD_LIBRARY_PATH }) };
    this.#child = spawn(process.execPath, [main], {
      env: { ...inherited, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const collect = (chunk: Buffer): void => void this.#lines.push(chunk.toString());
    this.#child.stdout?.on('data', collect);
    this.#child.stderr?.on('data', collect);
    this.exited = new Promise((settle) => {
      this.#child.once('exit', (code, signal) => settle({ code, signal }));
    });
  }

  get log(): string {
    return this.#lines.join('');
  }

  /** Resolves once a line of the log contains the text; rejects with the log if the process ends before. */
  async logged(text: string, timeoutMs = 20_000): Promise<void> {
    const until = Date.now() + timeoutMs;
    while (!this.log.includes(text)) {
      if (this.#child.exitCode !== null || Date.now() > until) {
        throw new Error(`no line with "${text}" in:\n${this.log}`);
      }
      await new Promise((wake) => setTimeout(wake, 50));
    }
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#child.kill(signal);
    await this.exited;
  }
}
