import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { explain } from './errors.mjs';
import { down, up } from './index.mjs';
import { ensureParts } from './parts/all.mjs';
import { checkout } from './paths.mjs';
import { consoleProgress, duration } from './progress.mjs';
import { handOver } from './setup/hand-over.mjs';
import { setUp } from './setup/install.mjs';
import { requirePreflight } from './setup/preflight.mjs';
import { countOf, summaryOf } from './test-report.mjs';

const STACK = 'test';
const HELP = `usage: npm test -- [--only step,step] [-- vitest arguments]

Steps: format, lint, types, unit, int, e2e; all by default. int and e2e run on a stack of their own named "${STACK}".
`;
const ALL = ['format', 'lint', 'types', 'unit', 'int', 'e2e'];
const NPM_STEPS = { format: 'format:check', lint: 'lint', types: 'typecheck' };
const NEEDS_STACK = new Set(['int', 'e2e']);

const say = (text) => process.stderr.write(`${text}\n`);
let current = null;
let interrupted = 0;

const runStep = (command, args, env = process.env) =>
  handOver(command, args, { cwd: checkout, env, onSpawn: (child) => (current = child) });

/** One vitest project; its counts come from its own report, so that a run that broke off counts as a failure. */
async function runVitest(project, { reports, extra, env }) {
  const report = join(reports, `${project}.json`);
  const vitest = join(checkout, 'node_modules', 'vitest', 'vitest.mjs');
  const flags = [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const code = await runStep(process.execPath, [vitest, ...flags, ...extra], env);
  return countOf(report, code);
}

async function runNpm(script) {
  const code = await runStep('npm', ['run', '--silent', script]);
  return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

async function timed(step, work) {
  say(`\n== ${step}`);
  const started = Date.now();
  const count = await work().catch((error) => {
    say(explain(error));
    return { passed: 0, failed: 1, skipped: 0 };
  });
  return { step, ms: Date.now() - started, ...count };
}

/** The steps that need no stack; the parts of the stack are made ready meanwhile. */
async function runChecks(steps, context) {
  const results = [];
  for (const step of steps.filter((each) => !NEEDS_STACK.has(each))) {
    if (interrupted) break;
    const script = NPM_STEPS[step];
    results.push(await timed(step, () => (script ? runNpm(script) : runVitest(step, context))));
  }
  return results;
}

/** Integration and e2e tests on a fresh stack, which is taken down whatever happens. */
async function runOnStack(steps, context, parts) {
  const results = [];
  try {
    let env = null;
    results.push(
      await timed(`stack ${STACK} up`, async () => {
        await parts;
        const state = await up({
          name: STACK,
          fresh: true,
          owner: true,
          onProgress: consoleProgress(),
        });
        env = { ...process.env, ATOMA_STACK_STATE: join(state.dataDir, 'state.json') };
        return { passed: 0, failed: 0, skipped: 0 };
      }),
    );
    for (const step of steps) {
      if (interrupted || env === null) break;
      results.push(await timed(step, () => runVitest(step, { ...context, env })));
    }
  } finally {
    results.push(
      await timed(`stack ${STACK} down`, async () => {
        await down({ name: STACK });
        return { passed: 0, failed: 0, skipped: 0 };
      }),
    );
  }
  return results;
}

function onInterrupt(_signal, number) {
  interrupted = 128 + number;
  current?.kill('SIGTERM');
}

async function runAll(steps, extra) {
  await requirePreflight();
  const onStack = steps.filter((step) => NEEDS_STACK.has(step));
  const parts = onStack.length > 0 ? ensureParts(consoleProgress()) : Promise.resolve();
  /** A failure of the parts is told where the stack needs them, not here. */
  parts.catch(() => undefined);
  const reports = mkdtempSync(join(tmpdir(), 'atoma-tests-'));
  try {
    const context = { reports, extra, env: process.env };
    const results = [
      await timed('set-up', async () => {
        await setUp(consoleProgress());
        return { passed: 0, failed: 0, skipped: 0 };
      }),
    ];
    if (results[0].failed > 0) return results;
    results.push(...(await runChecks(steps, context)));
    if (onStack.length > 0 && !interrupted)
      results.push(...(await runOnStack(onStack, context, parts)));
    return results;
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
  });
  const steps = values.only ? values.only.split(',') : ALL;
  const unknown = steps.filter((step) => !ALL.includes(step));
  if (values.help || unknown.length > 0) {
    process.stdout.write(
      unknown.length > 0 ? `unknown step: ${unknown.join(', ')}\n${HELP}` : HELP,
    );
    return unknown.length > 0 ? 1 : 0;
  }
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt).on('SIGHUP', onInterrupt);
  const started = Date.now();
  const results = await runAll(steps, positionals);
  const { lines, failed, closing } = summaryOf(results, duration);
  process.stdout.write(`\n${lines.join('\n')}\nin ${duration(Date.now() - started)}\n${closing}\n`);
  return interrupted || (failed > 0 ? 1 : 0);
}

try {
  process.exitCode = await main();
} catch (error) {
  say(explain(error));
  process.exitCode = 1;
}
