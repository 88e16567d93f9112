import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { StackError } from './errors.mjs';

const FIRST_LINES = 4;
const LAST_LINES = 8;

/** The start and the end of a long output: tools name the cause in either. */
function excerpt(text) {
  const lines = text.trim().split('\n');
  if (lines.length <= FIRST_LINES + LAST_LINES) return lines.join('\n  ');
  return [...lines.slice(0, FIRST_LINES), '...', ...lines.slice(-LAST_LINES)].join('\n  ');
}

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
    if (lowPriority && child.pid) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
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
      const told = excerpt(stderr.trim() ? stderr : stdout);
      const end = signal ? `was ended by ${signal}` : `failed (exit ${code})`;
      failed(
        new StackError(
          'COMMAND_FAILED',
          `${command} ${args.slice(0, 3).join(' ')} ${end}\n  ${told}`,
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
