import type { Queryable } from '#libs/database';
import { TransientError } from '#libs/service';

/** Another process leads the lane: this one must stop and may start again as a standby. */
export class TermEnded extends TransientError {}

/** Under which lease a lane is written. */
export interface LaneTerm {
  lane: string;
  /** The lease's role in `ops.lease`. */
  role: string;
  term: bigint;
}

/** Holds the lease row until the transaction ends; throws if another term took it: then nothing may be written. */
export async function holdTerm(db: Queryable, { role, term }: LaneTerm): Promise<void> {
  const { rowCount } = await db.query(
    'SELECT 1 FROM ops.lease WHERE role = $1 AND term = $2 FOR SHARE',
    [role, term],
  );
  if (rowCount !== 1) throw new TermEnded(`term ${term} of ${role} has ended`);
}
