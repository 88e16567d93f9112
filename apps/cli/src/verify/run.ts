import { connectChain } from '#libs/chain';
import { loadNetwork } from '#libs/service';
import pg from 'pg';
import { openScreen } from '../demo/screen.js';
import { bringUpNetwork } from '../network.js';
import { readReport } from '../report.js';
import { verifyNetwork } from './verify.js';

/** Checks a report against chain and Postgres; starts the stack from its data if it is down. Returns the exit status. */
export async function runVerify(file: string, name: string): Promise<number> {
  const report = readReport(file);
  const screen = openScreen(true);
  const state = await bringUpNetwork({
    name,
    fresh: false,
    owner: false,
    onProgress: () => undefined,
    onStep: () => undefined,
  });
  const pool = new pg.Pool({ connectionString: state.urls.postgres, max: 2 });
  try {
    const checks = await verifyNetwork(
      {
        pool,
        chain: connectChain(loadNetwork(state.files.network)),
        gatewaySecretFile: state.files.gatewaySecret,
      },
      report,
    );
    for (const { name: check, ok, detail } of checks)
      screen.say(`${ok ? 'ok    ' : 'FAILED'} ${check}: ${detail}`);
    const failed = checks.filter(({ ok }) => !ok).length;
    screen.say(`${checks.length - failed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    await pool.end();
  }
}
