import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * Runs a command in the foreground as if it had been called itself: same terminal, signals passed on, its exit code.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, onSpawn?: (child: import('node:child_process').ChildProcess) => void}} [options]
 * @returns {Promise<number>} the exit code, 128 + n for signal n
 */
export function handOver(command, args, { onSpawn, ...options } = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  onSpawn?.(child);
  const pass = (signal) => child.kill(signal);
  /** A terminal sends SIGINT to the whole group: the child has it already. */
  const ignore = () => undefined;
  process.on('SIGTERM', pass).on('SIGHUP', pass).on('SIGINT', ignore);
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code, signal) => {
      process.off('SIGTERM', pass).off('SIGHUP', pass).off('SIGINT', ignore);
      done(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}
