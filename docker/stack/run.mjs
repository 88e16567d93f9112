import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { StackError } from './errors.mjs';

const LAST_LINES = 12;

/** What still runs; ended with this process, so that an interrupted set-up leaves no compiler behind. */
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});

/**
 * Runs a command to its end and returns what it wrote to stdout; a failure carries its last lines of stderr.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, input?: string, timeoutMs?: number, lowPriority?: boolean,
 *   uid?: number, gid?: number, onLine?: (line: string) => void}} [options]
 * @returns {Promise<{stdout: string, stderr: string}>}
 */
export function run(command, args, options = {}) {
  const { input, onLine, lowPriority, timeoutMs, ...spawnOptions } = options;
  return new Promise((done, failed) => {
    const child = spawn(command, args, {
      ...spawnOptions,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    running.add(child);
    if (lowPriority && child.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    if (onLine) createInterface({ input: child.stderr }).on('line', onLine);
    child.on('error', (cause) =>
      failed(new StackError('COMMAND_MISSING', `${command}: ${cause.message}`, { cause })),
    );
    child.stdin.on('error', (error) => onLine?.(`stdin: ${error.message}`));
    child.stdin.end(input ?? '');
    child.on('close', (code, signal) => {
      running.delete(child);
      if (code === 0) return done({ stdout, stderr });
      const tail = (stderr.trim() || stdout.trim()).split('\n').slice(-LAST_LINES).join('\n  ');
      const end = signal ? `was ended by ${signal}` : `failed (exit ${code})`;
      failed(
        new StackError(
          'COMMAND_FAILED',
          `${command} ${args.slice(0, 3).join(' ')} ${end}\n  ${tail}`,
        ),
      );
    });
  });
}

/**
 * What a tool prints, stdout and stderr together, or null when it is not installed or does not run.
 * @param {string} command
 * @param {string[]} args
 */
export async function ask(command, args) {
  try {
    const { stdout, stderr } = await run(command, args, { timeoutMs: 20_000 });
    return stdout + stderr;
  } catch (error) {
    if (error instanceof StackError) return null;
    throw error;
  }
}
