import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { ConfigError, errorFields, PermanentError, TransientError } from '#libs/service';
import { benchLine, benchStages } from './bench.js';
import { startedIn } from './config.js';
import { runDemo } from './demo/demo.js';
import { createFundedKey } from './keys.js';
import { runningState } from './running.js';
import { showStatus } from './status.js';
import { runVerify } from './verify/run.js';

const DEPOSIT = 1_000_000n;

const amount = (text: string): bigint => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('an amount is a whole number of utoma');
  return BigInt(text);
};

const file = (name: string): string => resolve(startedIn(), name);

const program = new Command('atoma').description('Runs, checks and looks at an Atoma network.');

program
  .command('demo')
  .description('brings a development network up and pays for one completion on it')
  .option('--exit', 'end after the checks and leave the stack running', false)
  .option('--fresh', 'throw the data of an earlier run away first', false)
  .option('--name <stack>', 'name of the stack', 'dev')
  .option('--plain', 'plain lines instead of a live view', false)
  .option('--report <file>', 'write what was found to a file that verify-demo checks')
  .action(
    async (options: {
      exit: boolean;
      fresh: boolean;
      name: string;
      plain: boolean;
      report?: string;
    }) => {
      const { report, ...rest } = options;
      const where = report === undefined ? {} : { report: file(report) };
      process.exitCode = await runDemo({ ...rest, ...where });
    },
  );

program
  .command('verify-demo <file>')
  .description('recomputes everything in a demo report from the chain and Postgres')
  .option('--name <stack>', 'name of the stack', 'dev')
  .action(async (report: string, { name }: { name: string }) => {
    process.exitCode = await runVerify(file(report), name);
  });

program
  .command('status')
  .description('heights, positions, leases and open work of a stack')
  .option('--name <stack>', 'name of the stack', 'dev')
  .action(async ({ name }: { name: string }) => showStatus(runningState(name)));

program
  .command('keys')
  .description('API keys')
  .command('create')
  .description('makes an API key whose wallet holds a deposit in the contract')
  .requiredOption('--name <name>', 'what the key is for')
  .option(
    '--deposit <utoma>',
    'utoma to deposit for it from the development faucet',
    amount,
    DEPOSIT,
  )
  .option('--stack <stack>', 'name of the stack', 'dev')
  .action(async (options: { name: string; deposit: bigint; stack: string }) => {
    const state = runningState(options.stack);
    const key = await createFundedKey(state, { name: options.name, amount: options.deposit });
    process.stdout.write(
      `${key.key}\n  wallet ${key.wallet}, ${key.deposited} utoma deposited; the key is shown this once\n`,
    );
  });

program
  .command('bench')
  .description(
    'times the stages of completions on a running stack against floors measured in the same run',
  )
  .option('--requests <n>', 'completions, one after the other', '10')
  .option('--json', 'as JSON', false)
  .option('--name <stack>', 'name of the stack', 'dev')
  .action(async (options: { requests: string; json: boolean; name: string }) => {
    const stages = await benchStages(runningState(options.name), Number(options.requests));
    if (options.json) process.stdout.write(`${JSON.stringify(stages)}\n`);
    else for (const stage of stages) process.stdout.write(`${benchLine(stage)}\n`);
  });

try {
  await program.parseAsync();
  process.exit();
} catch (error) {
  if (!(
    error instanceof PermanentError ||
    error instanceof TransientError ||
    error instanceof ConfigError
  )) {
    process.stderr.write(`${JSON.stringify(errorFields(error))}\n`);
  }
  process.stderr.write(`atoma: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
