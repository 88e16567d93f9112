import { request } from 'node:http';
import { StackError } from '../errors.mjs';

/**
 * Calls a method of a supervisor. A socket nobody listens on is a named error.
 * @param {string} socket
 * @param {string} method
 * @param {object} [body]
 * @returns {Promise<any>}
 */
export function callSupervisor(socket, method, body = {}) {
  return new Promise((done, failed) => {
    const call = request(
      { socketPath: socket, path: `/${method}`, method: 'POST' },
      async (response) => {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        const value = JSON.parse(text);
        if (response.statusCode === 200) return done(value);
        failed(new StackError(value.code, value.message, { todo: value.todo }));
      },
    );
    call.on('error', (cause) =>
      failed(
        new StackError('STACK_DOWN', `the stack's supervisor does not answer (${cause.message})`, {
          todo: 'npm run stack -- up',
          cause,
        }),
      ),
    );
    call.end(JSON.stringify(body));
  });
}

/** Whether a supervisor listens on the socket. */
export async function answers(socket) {
  try {
    await callSupervisor(socket, 'status');
    return true;
  } catch (error) {
    if (error instanceof StackError && error.code === 'STACK_DOWN') return false;
    throw error;
  }
}
