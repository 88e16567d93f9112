import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { appsOf } from './apps.mjs';
import { withLock } from './cache.mjs';
import { StackError } from './errors.mjs';
import { ensureParts } from './parts/all.mjs';
import { cacheDir, dataDirOf, stackDir } from './paths.mjs';
import { pickPorts } from './ports.mjs';
import { tracked } from './progress.mjs';
import { prepareBeacon } from './services/beacon.mjs';
import { chainFacts, prepareChain } from './services/chain.mjs';
import { prepareKafka } from './services/kafka.mjs';
import { writeNetwork } from './services/network.mjs';
import { preparePostgres } from './services/postgres.mjs';
import { prepareRedis } from './services/redis.mjs';
import { ensureSecret } from './services/secrets.mjs';
import { ensureTopic } from './services/topic.mjs';
import { factsOf, PORT_NAMES, readState, socketOf } from './state.mjs';
import { answers, callSupervisor } from './supervisor/client.mjs';
import { isSame } from './supervisor/identity.mjs';
import { tail } from './supervisor/child.mjs';
import { sweep } from './sweep.mjs';

const PREPARE = {
  chain: prepareChain,
  kafka: prepareKafka,
  postgres: preparePostgres,
  redis: prepareRedis,
  beacon: prepareBeacon,
};
const START_POLL_MS = 30;
const START_TIMEOUT_MS = 15_000;
const DOWN_TIMEOUT_MS = 45_000;

const readPorts = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});

/** Ports of this run and the folders every part expects. */
async function contextOf(name, tools) {
  const dataDir = dataDirOf(name);
  cacheDir('stacks');
  mkdirSync(dataDir, { recursive: true, mode: 0o755 });
  const file = join(dataDir, 'ports.json');
  const ports = await pickPorts(PORT_NAMES, readPorts(file));
  writeFileSync(file, JSON.stringify(ports));
  for (const secret of ['receipt.seed', 'gateway.secret'])
    ensureSecret(join(dataDir, 'keys', secret));
  return { name, dataDir, tools, ports, chainId: `atoma-${name}-1` };
}

/** Starts the supervisor as a process that outlives this one, and waits until it answers. */
async function startSupervisor(facts) {
  const { dataDir } = facts;
  const socket = socketOf(dataDir);
  const plan = join(dataDir, 'supervisor.json');
  writeFileSync(plan, JSON.stringify({ facts, dataDir, socket }));
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  const logFile = join(dataDir, 'logs', 'supervisor.log');
  const log = openSync(logFile, 'a');
  const main = join(stackDir, 'supervisor', 'main.mjs');
  const child = spawn(process.execPath, [main, plan], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(socket))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new StackError(
        'SUPERVISOR',
        `the supervisor did not start:\n  ${tail(logFile, 15).join('\n  ')}`,
      );
    }
    await sleep(START_POLL_MS);
  }
  return socket;
}

/** Prepares all parts beside each other, then starts them so; until all serve, the stack falls with this process. */
async function bringUp(context, onProgress, owner) {
  const prepared = await tracked(
    onProgress,
    { part: 'data', detail: context.dataDir },
    async () => {
      const specs = await Promise.all(Object.values(PREPARE).map((prepare) => prepare(context)));
      await writeNetwork(context);
      return specs;
    },
  );
  const { addresses, codeId } = chainFacts(context.dataDir);
  const socket = await startSupervisor(factsOf({ ...context, accounts: addresses, codeId }));
  await callSupervisor(socket, 'owner', { pid: process.pid });
  try {
    const launch = (spec) =>
      tracked(onProgress, { part: spec.name }, () => callSupervisor(socket, 'launch', { spec }));
    await Promise.all(prepared.map(launch));
    await tracked(onProgress, { part: 'topic' }, () => ensureTopic(context.ports.kafka));
    if (!owner) await callSupervisor(socket, 'owner', { pid: null });
  } catch (error) {
    await down({ name: context.name });
    throw error;
  }
}

/**
 * Brings the infrastructure of a stack up and returns its state; a stack that is up stays as it is.
 * `fresh` throws the data away first. `owner` (default false) ties the stack to this process: when it is gone, for
 * whatever reason, the supervisor takes the stack down.
 * @param {{name?: string, fresh?: boolean, owner?: boolean, onProgress?: import('./progress.mjs').OnProgress}} [options]
 */
export async function up({ name = 'dev', fresh = false, owner = false, onProgress } = {}) {
  const tools = await ensureParts(onProgress);
  cacheDir('stacks');
  return withLock(`${dataDirOf(name)}.lock`, async () => {
    if (fresh) await down({ name });
    const running = readState(name);
    if (running && isSame(running.supervisor) && running.phase === 'up') {
      if (owner) await callSupervisor(running.supervisor.socket, 'owner', { pid: process.pid });
      await reviveInfra(running);
      return readState(name);
    }
    await sweep(running);
    if (fresh) rmSync(dataDirOf(name), { recursive: true, force: true });
    await bringUp(await contextOf(name, tools), onProgress, owner);
    return readState(name);
  });
}

/** Starts again what fell over in a stack that is otherwise up. */
async function reviveInfra({ supervisor, parts }) {
  const fallen = Object.entries(parts).filter(
    ([, part]) => part.kind === 'infra' && part.pid === null,
  );
  for (const [part] of fallen) await callSupervisor(supervisor.socket, 'start', { name: part });
}

/**
 * Takes a stack down, keeps its data, and ends leftovers of a lost supervisor. Says what it ended.
 * @param {{name?: string}} [options]
 * @returns {Promise<{was: 'up' | 'down', swept: string[]}>}
 */
export async function down({ name = 'dev' } = {}) {
  const state = readState(name);
  if (state === null || !isSame(state.supervisor))
    return { was: 'down', swept: await sweep(state) };
  await callSupervisor(state.supervisor.socket, 'down');
  const deadline = Date.now() + DOWN_TIMEOUT_MS;
  while (isSame(state.supervisor)) {
    if (Date.now() > deadline)
      throw new StackError(
        'DOWN',
        `stack ${name} is still going down after ${DOWN_TIMEOUT_MS / 1000} s`,
      );
    await sleep(START_POLL_MS);
  }
  return { was: 'up', swept: await sweep(readState(name)) };
}

/** What a stack says of itself now; null if it never ran. `phase` is `down` when no supervisor of it lives. */
export function status({ name = 'dev' } = {}) {
  const state = readState(name);
  if (state === null || isSame(state.supervisor)) return state;
  return { ...state, phase: 'down' };
}

/**
 * Handle on a running stack: start, stop, restart, kill and read its parts.
 * @param {string} name
 */
export function control(name = 'dev') {
  const call = (method, body) => {
    const state = readState(name);
    if (state === null)
      throw new StackError('STACK_DOWN', `stack ${name} never ran`, {
        todo: 'npm run stack -- up',
      });
    return callSupervisor(state.supervisor.socket, method, body);
  };
  return {
    status: () => call('status'),
    start: (part) => call('start', { name: part }),
    stop: (part, signal) => call('stop', { name: part, signal }),
    restart: (part) => call('restart', { name: part }),
    kill: (part, signal = 'SIGKILL') => call('kill', { name: part, signal }),
    launch: (spec) => call('launch', { spec }),
    logs: (part, lines = 40) => call('logs', { name: part, lines }),
    pids: async () =>
      Object.fromEntries(
        Object.entries((await call('status')).parts).map(([part, { pid }]) => [part, pid]),
      ),
    own: (pid = process.pid) => call('owner', { pid }),
    release: () => call('owner', { pid: null }),
  };
}

/**
 * Starts apps of a stack that is up, beside each other, each until it answers /ready. `env` adds to every app's
 * environment; apps that run already are left alone.
 * @param {{name?: string, only?: string[], env?: Record<string, string>, onProgress?: import('./progress.mjs').OnProgress}} [options]
 */
export async function startApps({ name = 'dev', only, env = {}, onProgress } = {}) {
  const stack = control(name);
  const specs = appsOf(await stack.status()).filter(
    (spec) => only === undefined || only.includes(spec.name),
  );
  const launch = (spec) =>
    tracked(onProgress, { part: spec.name }, () =>
      stack.launch({ ...spec, env: { ...spec.env, ...env } }),
    );
  await Promise.all(specs.map(launch));
  return readState(name);
}
