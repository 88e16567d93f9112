import { readFileSync, rmSync } from 'node:fs';
import { serveControl } from './server.mjs';
import { Stack } from './stack.mjs';

/**
 * The supervisor of one stack: owns every process of it, restarts apps, answers on a unix socket, and takes everything
 * down on SIGTERM, on `down`, or when the process that owns the stack is gone. Argument: a JSON file with
 * {facts, dataDir, socket}.
 */
const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
let leaving = false;

async function leave(code) {
  if (leaving) return;
  leaving = true;
  await stack.down();
  server.close();
  rmSync(plan.socket, { force: true });
  process.exit(code);
}

const stack = new Stack({ ...plan, onOwnerGone: () => void leave(0) });
const server = serveControl(stack, { socket: plan.socket, onDown: () => void leave(0) });

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => void leave(0));
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => {
    process.stderr.write(`${event}: ${error instanceof Error ? error.stack : String(error)}\n`);
    void leave(1);
  });
}
