import type { StackState } from '#stack';
import pg, { type Pool } from 'pg';
import type { FundedKey } from '../keys.js';
import { DEMO_MODEL } from '../network.js';
import type { Check } from '../report.js';
import { balanceSheet, renderSheet } from './balance-sheet.js';
import type { Screen } from './screen.js';

/** What an analyst would ask, as the analyst's own role. */
const ANALYST_SQL = [
  'select request, draw_ms, accept_ms, commit_ms, reveal_ms, challenge_ms, total_ms from analytics.request_latency',
  'select ticket, requests, earned, unclaimed, slashed from analytics.node_earnings order by earned desc, ticket',
];

export async function showBalanceSheet(pool: Pool, request: bigint, screen: Screen): Promise<void> {
  screen.say('\nwho paid whom');
  for (const line of renderSheet(await balanceSheet(pool, request))) screen.say(line);
}

export async function showAnalytics(state: StackState, screen: Screen): Promise<void> {
  const pool = new pg.Pool({ connectionString: state.urls.database['analyst'], max: 1 });
  try {
    for (const sql of ANALYST_SQL) {
      const { rows, fields } = await pool.query<Record<string, unknown>>(sql);
      screen.say(`\nan analyst asks: ${sql}`);
      const names = fields.map(({ name }) => name);
      screen.say(`  ${names.map((name) => name.padStart(12)).join(' ')}`);
      for (const row of rows) {
        screen.say(`  ${names.map((name) => shown(row[name]).padStart(12)).join(' ')}`);
      }
    }
  } finally {
    await pool.end();
  }
}

const shown = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '-';

export function showChecks(checks: readonly Check[], screen: Screen): void {
  screen.say('\nchecks');
  for (const { name, ok, detail } of checks)
    screen.say(`  ${ok ? 'ok    ' : 'FAILED'} ${name}: ${detail}`);
}

export function showCurl(state: StackState, key: FundedKey, screen: Screen): void {
  const body = JSON.stringify({
    model: DEMO_MODEL,
    max_tokens: 32,
    messages: [{ role: 'user', content: 'My dear Emma' }],
  });
  screen.say('\nthe network stays up; try it, then press Ctrl-C:');
  screen.say(
    `  curl ${state.urls.gateway}/v1/chat/completions -H 'authorization: Bearer ${key.key}' \\`,
  );
  screen.say(`    -H 'content-type: application/json' -d '${body}'`);
}
