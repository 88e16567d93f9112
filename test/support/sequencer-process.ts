import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Bip39 } from '@cosmjs/crypto';
import { walletFromMnemonic, type Chain } from '#libs/chain';
import { fund } from './chain.js';
import { stackState } from './stack.js';
import { WorkerProcess } from './worker-process.js';

/** Below node_modules, so that packages resolve as they do from dist. */
const OUT = resolve('node_modules/.cache/atoma-sequencer-spec');

/** Compiles the sequencer as the build does, into a folder of its own. */
export function compileSequencer(): string {
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  writeFileSync(
    `${OUT}/package.json`,
    JSON.stringify({ type: 'module', imports: { '#libs/*': './libs/*/src/index.js' } }),
  );
  const swc = resolve('node_modules/.bin/swc');
  execFileSync(swc, ['apps/sequencer', 'libs', '-d', OUT, '--ignore', '**/*.spec.ts'], {
    stdio: 'pipe',
  });
  return `${OUT}/apps/sequencer/src/main.js`;
}

/** Keys of a poster with coins, as files. */
export async function posterKeys(
  chain: Chain,
): Promise<{ posting: string; receipt: string; address: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'atoma-poster-'));
  const mnemonic = Bip39.encode(randomBytes(16)).toString();
  const { address } = await walletFromMnemonic(mnemonic, chain.network.prefix);
  await fund(chain, address, 1_000_000_000n);
  const [posting, receipt] = [join(folder, 'posting'), join(folder, 'receipt')];
  writeFileSync(posting, mnemonic);
  writeFileSync(receipt, randomBytes(32).toString('hex'));
  return { posting, receipt, address };
}

/** A sequencer in a process of its own, and where it answers. */
export async function startSequencerProcess(
  main: string,
  of: { networkFile: string; databaseUrl: string; keys: { posting: string; receipt: string } },
): Promise<{ process: WorkerProcess; url: string }> {
  const port = await freePort();
  const process = new WorkerProcess(main, {
    NETWORK_FILE: of.networkFile,
    DATABASE_URL: of.databaseUrl,
    POSTING_KEY_FILE: of.keys.posting,
    RECEIPT_KEY_FILE: of.keys.receipt,
    BEACON_URL: stackState().urls.beacon,
    LANE: 'spec',
    HTTP_PORT: port.toString(),
  });
  await process.logged('"started"', 30_000);
  return { process, url: `http://127.0.0.1:${port}` };
}

/** A port that was free a moment ago. */
export const freePort = (): Promise<number> =>
  new Promise((found, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
