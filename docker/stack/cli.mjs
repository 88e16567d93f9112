import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { APP_NAMES } from './apps.mjs';
import { doctor } from './doctor.mjs';
import { explain, StackError } from './errors.mjs';
import { down, startApps, status, up } from './index.mjs';
import { consoleProgress, duration } from './progress.mjs';
import { purge, reset } from './remove.mjs';
import { tail } from './supervisor/child.mjs';

const HELP = `usage: npm run stack -- <command> [--name N]

  up [--fresh] [--infra]   bring the stack up; apps too once a network was founded on it
  down                     stop everything, keep the data
  status [--json]          what runs, where it listens
  logs [part] [-n N] [-f]  last lines of a part (of all parts without one)
  reset                    stop and throw the data away; the cache stays
  doctor                   what this machine has, lacks and has left over
  purge                    remove the cache (binaries and data of stopped stacks)

  --name N   which stack: dev (the demo's, default), test (npm test's), or one of your own
`;

const print = (text) => void process.stdout.write(`${text}\n`);

/** Whether a contract was founded on the stack's chain, so that the apps have something to serve. */
function isFounded({ files, dataDir }) {
  const contract = JSON.parse(readFileSync(files.network, 'utf8')).contract;
  return contract !== '' && existsSync(join(dataDir, 'keys', 'node-1.json'));
}

async function runUp({ name, fresh, infra }) {
  const onProgress = consoleProgress();
  const state = await up({ name, fresh, onProgress });
  if (!infra && isFounded(state)) await startApps({ name, onProgress });
  showStatus({ name });
}

async function runDown({ name }) {
  const started = Date.now();
  const { was, swept } = await down({ name });
  if (swept.length > 0) print(`ended leftovers of a lost supervisor: ${swept.join(', ')}`);
  print(
    was === 'up'
      ? `stack ${name} is down (${duration(Date.now() - started)}); its data is kept`
      : `stack ${name} was not up`,
  );
}

function where(state, part) {
  const port = { chain: state.ports.rpc }[part] ?? state.ports[part];
  return port === undefined ? '' : `127.0.0.1:${port}`;
}

function showStatus({ name, json }) {
  const state = status({ name });
  if (json) return print(JSON.stringify(state, null, 2));
  if (state === null) return print(`stack ${name} never ran here; npm run stack -- up`);
  print(`stack ${name}: ${state.phase}   data ${state.dataDir}`);
  if (state.phase === 'down') return;
  for (const [part, { state: phase, pid, restarts, exit }] of Object.entries(state.parts)) {
    const notes = [restarts > 0 ? `${restarts} restarts` : '', exit ? `last end: ${exit}` : '']
      .filter(Boolean)
      .join(', ');
    print(
      `  ${part.padEnd(11)} ${phase.padEnd(10)} ${String(pid ?? '-').padEnd(8)} ${where(state, part).padEnd(16)} ${notes}`.trimEnd(),
    );
  }
  const idle = APP_NAMES.filter((app) => !(app in state.parts));
  if (idle.length > 0) print(`  not started: ${idle.join(', ')}`);
  for (const [part, { state: phase, log }] of Object.entries(state.parts)) {
    if (phase === 'failed')
      print(`\n${part} failed; its last lines:\n  ${tail(log, 15).join('\n  ')}`);
  }
}

async function runLogs({ name, lines, follow }, [part]) {
  const state = status({ name });
  if (state === null)
    throw new StackError('STACK_DOWN', `stack ${name} never ran`, { todo: 'npm run stack -- up' });
  const names = part ? [part] : ['supervisor', ...Object.keys(state.parts)];
  const fileOf = (each) => join(state.files.logs, `${each}.log`);
  if (part && !existsSync(fileOf(part))) {
    throw new StackError(
      'NO_SUCH_PART',
      `no log of ${part}; there are: supervisor, ${Object.keys(state.parts).join(', ')}`,
    );
  }
  for (const each of names) {
    if (!part) print(`--- ${each}`);
    print(tail(fileOf(each), part ? lines : Math.min(lines, 8)).join('\n'));
  }
  if (follow && part) await followFile(fileOf(part));
}

async function followFile(file) {
  let shown = readFileSync(file).length;
  for (;;) {
    await sleep(300);
    const text = readFileSync(file);
    if (text.length < shown) shown = 0;
    process.stdout.write(text.subarray(shown));
    shown = text.length;
  }
}

const COMMANDS = {
  up: runUp,
  down: runDown,
  status: async (options) => showStatus(options),
  logs: runLogs,
  reset: async ({ name }) => print(await reset({ name })),
  doctor: async () => doctor(print),
  purge: async () => print(await purge()),
};

async function main(argv) {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      name: { type: 'string', default: 'dev' },
      fresh: { type: 'boolean', default: false },
      infra: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      lines: { type: 'string', short: 'n', default: '40' },
      follow: { type: 'boolean', short: 'f', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command, ...rest] = positionals;
  const run = COMMANDS[command ?? ''];
  if (values.help || !run) {
    process.stdout.write(HELP);
    return values.help || command === undefined ? 0 : 1;
  }
  return (await run({ ...values, lines: Number(values.lines) }, rest)) ?? 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
