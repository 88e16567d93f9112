import { join } from 'node:path';
import { explain, StackError } from './errors.mjs';
import { ensureParts } from './parts/all.mjs';
import { checkout, stackDir } from './paths.mjs';
import { consoleProgress } from './progress.mjs';
import { handOver } from './setup/hand-over.mjs';
import { setUp } from './setup/install.mjs';
import { requirePreflight } from './setup/preflight.mjs';

const HELP = `usage: node docker/stack/bootstrap.mjs demo|test|stack|cli [arguments]

Makes a fresh clone runnable and hands over: npm packages, build and, for demo and test, every part of the stack.
Needs Node and python3 with pip; nothing else is assumed, nothing is installed outside the checkout and the cache.
`;

const cli = join(checkout, 'dist', 'apps', 'cli', 'src', 'main.js');
const NEEDS_SETUP = new Set(['up']);

/** Packages, build and parts beside each other; the chain's build starts before all of them. */
async function prepare({ parts }) {
  await requirePreflight();
  const leave = (_signal, number) => process.exit(128 + number);
  process.on('SIGINT', leave).on('SIGTERM', leave).on('SIGHUP', leave);
  const onProgress = consoleProgress();
  const results = await Promise.allSettled([
    parts ? ensureParts(onProgress) : undefined,
    setUp(onProgress),
  ]);
  const failed = results
    .filter((result) => result.status === 'rejected')
    .map((result) => result.reason);
  for (const reason of failed.slice(1)) process.stderr.write(`${explain(reason)}\n`);
  if (failed.length > 0) throw failed[0];
  process.off('SIGINT', leave).off('SIGTERM', leave).off('SIGHUP', leave);
}

const VERBS = {
  demo: async (args) => {
    await prepare({ parts: true });
    return handOver(process.execPath, [cli, 'demo', ...args]);
  },
  cli: async (args) => {
    await prepare({ parts: false });
    return handOver(process.execPath, [cli, ...args]);
  },
  stack: async (args) => {
    if (NEEDS_SETUP.has(args[0]) && !args.includes('--help')) await prepare({ parts: false });
    return handOver(process.execPath, [join(stackDir, 'cli.mjs'), ...args]);
  },
  test: async (args) => handOver(process.execPath, [join(stackDir, 'run-tests.mjs'), ...args]),
};

async function main([verb, ...args]) {
  const run = VERBS[verb ?? ''];
  if (!run) {
    process.stdout.write(HELP);
    return verb === undefined || verb === '--help' ? 0 : 1;
  }
  return run(args);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`\n${explain(error)}\n`);
  process.exitCode = error instanceof StackError ? 1 : 2;
}
