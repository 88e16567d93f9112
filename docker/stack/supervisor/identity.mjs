import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isAlive } from '../cache.mjs';

const START_TIME_FIELD = 19;

/**
 * When a process started, as an opaque text: with the pid it names one process for ever, since pids are used again.
 * Null when there is no such process.
 * @param {number} pid
 */
export function startedAt(pid) {
  if (!isAlive(pid)) return null;
  try {
    if (process.platform !== 'linux')
      return (
        execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)])
          .toString()
          .trim() || null
      );
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[START_TIME_FIELD] ?? null);
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH' || error.status === 1) return null;
    throw error;
  }
}

/**
 * Whether the very process that was recorded still runs.
 * @param {{pid?: number | null, started?: string | null} | undefined | null} recorded
 */
export function isSame(recorded) {
  return Boolean(recorded?.pid && recorded.started && startedAt(recorded.pid) === recorded.started);
}

/**
 * Signals a child's whole process group; a group that is gone already is no error.
 * @param {number} pid the leader
 * @param {NodeJS.Signals} signal
 */
export function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
