import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

/** Below node_modules, so that packages resolve as they do from dist. */
const OUT = resolve('node_modules/.cache/atoma-service-spec');

beforeAll(() => {
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  writeFileSync(`${OUT}/package.json`, JSON.stringify({ type: 'module' }));
  const sources = ['libs/service', '-d', OUT, '--ignore', '**/*.spec.ts'];
  execFileSync(resolve('node_modules/.bin/swc'), sources, { stdio: 'pipe' });
}, 30_000);

/** Runs a service whose `start` has this body in a process of its own, signals it at the text and waits for its end. */
async function runAndSignal(
  start: string,
  signalAt: string,
): Promise<{ end: number | string | null; said: string }> {
  const script = `
    import { createLogger, PermanentError, runService } from '${OUT}/libs/service/src/index.js';
    const say = (text) => console.log(text);
    const wait = (ms) => new Promise((wake) => setTimeout(wake, ms));
    setInterval(() => undefined, 1_000);
    const running = { stop: async () => say('closed'), failed: new Promise(() => undefined) };
    await runService(createLogger('spec'), async () => { ${start} });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  let said = '';
  let isSignalled = false;
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (isSignalled || !said.includes(signalAt)) return;
    isSignalled = true;
    child.kill('SIGTERM');
  });
  return { end: await endOf(child), said };
}

const endOf = (child: ChildProcess): Promise<number | string | null> =>
  new Promise((settle) => {
    child.once('close', (code, signal) => settle(code ?? signal));
  });

describe.concurrent('a service that is told to end', { timeout: 20_000 }, () => {
  it('after its start, closes and exits 0', async () => {
    const { end, said } = await runAndSignal('return running;', '"msg":"started"');
    expect([end, said.includes('closed')]).toEqual([0, true]);
  });

  it('during its start, lets the start end, closes what it gave and exits 0', async () => {
    const { end, said } = await runAndSignal(
      "say('starting'); await wait(300); say('ready'); return running;",
      'starting',
    );
    expect(end).toBe(0);
    expect(said).toMatch(/starting[^]*stopping before started[^]*ready[^]*closed/);
    expect(said).not.toContain('"msg":"started"');
  });

  it('during a start that then fails, says so and exits 0', async () => {
    const { end, said } = await runAndSignal(
      "say('starting'); await wait(300); throw new PermanentError('lost', 'x');",
      'starting',
    );
    expect(end).toBe(0);
    expect(said).toMatch(/"code":"lost".*"msg":"failed while stopping"/);
  });

  it('during a start that never ends, exits 0 after ten seconds', async () => {
    const begun = performance.now();
    const { end } = await runAndSignal("say('starting'); return wait(60_000);", 'starting');
    expect(end).toBe(0);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(10_000);
  });
});

describe('a service that cannot start', () => {
  it('exits 1 for a human', async () => {
    const { end } = await runAndSignal("throw new PermanentError('lost', 'x');", 'never said');
    expect(end).toBe(1);
  });
});
