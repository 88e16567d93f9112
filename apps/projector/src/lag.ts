import type { Pool } from '#libs/database';
import { logBounds, type LogAddress } from '#libs/log';
import { errorFields, sleep, type Logger, type Readiness } from '#libs/service';
import type { Projector } from './projector.js';

const EVERY_MS = 1_000;
/** Records behind the log's end that are still called keeping up. */
const LAG_RECORDS_MAX = 50n;

export interface LagParts {
  projector: Projector;
  address: LogAddress;
  pool: Pool;
  readiness: Readiness;
  log: Logger;
}

/** Reports lag and parked events once a second. It only watches: what it cannot read is said, not acted upon. */
export async function watchLag(parts: LagParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await reportLag(parts);
      await reportParked(parts);
    } catch (error) {
      if (signal.aborted) return;
      parts.readiness.set('lag', false, 'the log or the database does not answer');
      parts.log.warn(errorFields(error), 'lag unknown');
    }
    await sleep(EVERY_MS, signal);
  }
}

async function reportLag({ projector, address, readiness }: LagParts): Promise<void> {
  const { high } = await logBounds(address);
  const { position } = projector;
  const behind = position === undefined ? high : high - 1n - position.logOffset;
  const ageSeconds =
    position === undefined ? 0n : BigInt(Math.floor(Date.now() / 1000)) - position.timeSeconds;
  const height = position?.height ?? 'none';
  readiness.set(
    'lag',
    behind <= LAG_RECORDS_MAX,
    `applied height ${height}, ${behind} records behind, its block is ${ageSeconds} s old`,
  );
}

async function reportParked({ pool, readiness }: LagParts): Promise<void> {
  const { rows } = await pool.query<{ parked: bigint }>('SELECT count(*) AS parked FROM parked');
  const parked = rows[0]?.parked ?? 0n;
  readiness.set('parked', parked === 0n, `${parked} events of unknown type`);
}
