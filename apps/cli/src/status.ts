import type { StackState } from '#stack';
import { connectChain } from '#libs/chain';
import { loadNetwork } from '#libs/service';
import pg from 'pg';

/** One screen: where chain and projection stand, who holds which lease, what is open, which parts run. */
export async function showStatus(state: StackState): Promise<void> {
  const pool = new pg.Pool({ connectionString: state.urls.postgres, max: 1 });
  try {
    const { latestHeight } = await connectChain(loadNetwork(state.files.network)).blocks.status();
    const position = await one(pool, 'select height, seq, head from read.position');
    const open = await one(
      pool,
      "select count(*) filter (where state <> 'observed') as actions, min(index) filter (where state <> 'observed') as oldest from ops.action",
    );
    const outbox = await one(
      pool,
      'select count(*) as unsent from ops.outbox where sent_at is null',
    );
    const leases = await pool.query<Record<string, string>>(
      'select role, holder, term from ops.lease order by role',
    );
    const lines = [
      `chain      height ${latestHeight}`,
      `projection height ${position['height'] ?? '-'}, seq ${position['seq'] ?? '-'}, head ${position['head'] ?? '-'}`,
      `actions    ${open['actions'] ?? 0} open, oldest index ${open['oldest'] ?? '-'}`,
      `outbox     ${outbox['unsent'] ?? 0} unsent`,
      ...leases.rows.map(
        ({ role, holder, term }) => `lease      ${role ?? ''}: term ${term ?? ''}, ${holder ?? ''}`,
      ),
      ...Object.entries(state.parts).map(
        ([part, { state: phase, pid, restarts }]) =>
          `part       ${part.padEnd(12)} ${phase.padEnd(10)} pid ${String(pid ?? '-').padEnd(8)} restarts ${restarts}`,
      ),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    await pool.end();
  }
}

async function one(pool: pg.Pool, sql: string): Promise<Record<string, string>> {
  const { rows } = await pool.query<Record<string, string>>(sql);
  return rows[0] ?? {};
}
