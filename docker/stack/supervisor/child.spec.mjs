import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pickPorts } from '../ports.mjs';
import { Child } from './child.mjs';
import { isSame, startedAt } from './identity.mjs';
import { backOff, wantsRestart } from './restart.mjs';

/** A program that serves on its port and ends with the code it is asked for. */
const SERVER = `require('http').createServer((q, r) => {
  if (q.url.startsWith('/exit')) process.exit(Number(q.url.slice(5)));
  r.end('ok');
}).listen(Number(process.env.PORT), '127.0.0.1');`;

describe('a supervised part', () => {
  let dir;
  let url;
  let child;

  const make = (fields = {}, source = SERVER) =>
    new Child(
      { name: 'part', kind: 'app', command: process.execPath, args: ['-e', source], ...fields },
      { logFile: join(dir, 'part.log'), onChange: () => undefined },
    );
  const until = async (condition) => {
    const deadline = Date.now() + 5_000;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error('condition not met within 5 s');
      await sleep(10);
    }
  };
  const served = (port) => ({
    env: { PORT: String(port) },
    ready: { kind: 'http', url: `http://127.0.0.1:${port}/` },
  });

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'atoma-child-'));
    const { port } = await pickPorts(['port']);
    url = `http://127.0.0.1:${port}`;
    child = make(served(port));
  });
  afterEach(async () => {
    await child.stop();
    rmSync(dir, { recursive: true });
  });

  it('is ready once it answers and gone once it is stopped', async () => {
    await child.start();
    const { pid, started } = child.report;
    expect(child.state).toBe('ready');
    await child.stop();
    expect(child.state).toBe('stopped');
    expect(isSame({ pid, started })).toBe(false);
  });

  it('comes back as another process within a second after kill -9', async () => {
    await child.start();
    const first = child.report.pid;
    const killed = Date.now();
    child.kill('SIGKILL');
    await until(() => child.state === 'ready' && child.report.pid !== first);
    expect(Date.now() - killed).toBeLessThan(1_000);
    expect(child.report.restarts).toBe(1);
  });

  it('comes back after asking for it with exit 75', async () => {
    await child.start();
    await fetch(`${url}/exit75`).catch((error) => expect(error).toBeInstanceOf(TypeError));
    await until(() => child.state === 'ready' && child.report.restarts === 1);
  });

  it('stays down and says so after exit 1', async () => {
    await child.start();
    await fetch(`${url}/exit1`).catch((error) => expect(error).toBeInstanceOf(TypeError));
    await until(() => child.state === 'failed');
    expect(child.report.exit).toBe('exit 1');
  });

  it('stays down when it was stopped while waiting for its restart', async () => {
    await child.start();
    child.kill('SIGKILL');
    await until(() => child.state === 'restarting');
    await child.stop();
    await sleep(300);
    expect(child.report).toMatchObject({ state: 'stopped', pid: null });
  });

  it('is named with its last lines when it ends before it serves', async () => {
    child = make(
      { ready: { kind: 'http', url } },
      'console.error("no such table"); process.exit(3)',
    );
    await expect(child.start()).rejects.toMatchObject({
      code: 'PART_FAILED',
      message: expect.stringMatching(/part ended \(exit 3\); its last lines:\n {2}no such table/),
    });
  });

  it('is named when its program does not exist', async () => {
    child = make({ command: '/nonexistent/program', ready: { kind: 'http', url } });
    await expect(child.start()).rejects.toMatchObject({ code: 'PART_FAILED' });
    expect(existsSync(child.logFile)).toBe(true);
  });
});

describe('wantsRestart', () => {
  it('restarts apps that were killed or asked for it, and nothing else', () => {
    expect(wantsRestart({ kind: 'app', code: null, signal: 'SIGKILL' })).toBe(true);
    expect(wantsRestart({ kind: 'app', code: 75, signal: null })).toBe(true);
    expect(wantsRestart({ kind: 'app', code: 134, signal: null })).toBe(true);
    expect(wantsRestart({ kind: 'app', code: 1, signal: null })).toBe(false);
    expect(wantsRestart({ kind: 'app', code: 0, signal: null })).toBe(false);
    expect(wantsRestart({ kind: 'infra', code: null, signal: 'SIGKILL' })).toBe(false);
  });
});

describe('backOff', () => {
  it('doubles with each quick end up to ten seconds and starts anew after a steady run', () => {
    expect(backOff({ failures: 0, ranMs: 5 })).toEqual({ failures: 1, delayMs: 100 });
    expect(backOff({ failures: 3, ranMs: 5 })).toEqual({ failures: 4, delayMs: 800 });
    expect(backOff({ failures: 30, ranMs: 5 }).delayMs).toBe(10_000);
    expect(backOff({ failures: 30, ranMs: 60_000 })).toEqual({ failures: 1, delayMs: 100 });
  });
});

describe('startedAt', () => {
  it('tells one process from another with the same pid, and knows when there is none', () => {
    const started = startedAt(process.pid);
    expect(isSame({ pid: process.pid, started })).toBe(true);
    expect(isSame({ pid: process.pid, started: `${started}0` })).toBe(false);
    expect(isSame({ pid: 2 ** 30, started })).toBe(false);
  });
});
