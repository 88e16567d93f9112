import { chmodSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { StackError } from '../errors.mjs';

const BODY_BYTES_MAX = 1_000_000;

async function bodyOf(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw new StackError('BODY_TOO_LARGE', 'control request above 1 MB');
    chunks.push(chunk);
  }
  return size === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

/** What can be asked of a supervisor: method name -> answer. */
const METHODS = {
  status: async (stack) => stack.report,
  launch: async (stack, { spec }) => stack.launch(spec),
  start: async (stack, { name }) => stack.child(name).start(),
  stop: async (stack, { name, signal }) => stack.child(name).stop(signal),
  restart: async (stack, { name }) => {
    await stack.child(name).stop();
    await stack.child(name).start();
  },
  kill: async (stack, { name, signal }) => stack.child(name).kill(signal ?? 'SIGKILL'),
  logs: async (stack, { name, lines }) => stack.logs(name, lines ?? 40),
  owner: async (stack, { pid }) => stack.setOwner(pid),
};

/**
 * Serves the control interface on a unix socket that only its owner can open. `POST /<method>` with a JSON body.
 * @param {import('./stack.mjs').Stack} stack
 * @param {{socket: string, onDown: () => void}} options
 */
export function serveControl(stack, { socket, onDown }) {
  const answer = async (name, body) => {
    if (name === 'down') return onDown();
    const method = METHODS[name];
    if (!method) throw new StackError('NO_SUCH_METHOD', `no control method ${name}`);
    return method(stack, body);
  };
  const server = createServer(async (request, response) => {
    const send = (status, value) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value ?? null));
    };
    try {
      send(200, await answer((request.url ?? '').slice(1), await bodyOf(request)));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      send(500, { code: error.code ?? error.name, message: error.message, todo: error.todo });
    }
  });
  rmSync(socket, { force: true });
  server.listen(socket, () => chmodSync(socket, 0o600));
  return server;
}
