import { readFileSync } from 'node:fs';
import type { StackState } from '#stack';
import { connectChain, executeAll, sendAll, walletFromMnemonic, walletFromSeed } from '#libs/chain';
import { createApiKey, GatewaySecret, type CreatedKey } from '#libs/keys';
import { loadNetwork, readSecret, sleep, TransientError } from '#libs/service';
import pg from 'pg';
import { bankSend } from './found/nodes.js';

/** Coins a funded wallet keeps outside the ledger, for the gas of its deposit. */
const GAS_COINS = 1_000_000n;
const PROJECTED_LIMIT_MS = 30_000;
const PROJECTED_POLL_MS = 100;

export interface FundedKey extends CreatedKey {
  deposited: bigint;
}

/** Makes an API key on a development stack and deposits `amount` utoma for it from the faucet. */
export async function createFundedKey(
  state: StackState,
  { name, amount }: { name: string; amount: bigint },
): Promise<FundedKey> {
  const secret = new GatewaySecret(readSecret(state.files.gatewaySecret));
  const network = loadNetwork(state.files.network);
  const pool = new pg.Pool({ connectionString: state.urls.postgres, max: 1 });
  try {
    const created = await createApiKey(pool, secret, { name, prefix: network.prefix });
    const chain = connectChain(network);
    const mnemonic = readFileSync(state.files.faucet, 'utf8').trim();
    const faucet = await walletFromMnemonic(mnemonic, network.prefix);
    await sendAll(chain, faucet, [
      bankSend(chain, faucet, { to: created.wallet, amount: amount + GAS_COINS }),
    ]);
    const wallet = await walletFromSeed(secret.walletSeed(created.id), network.prefix);
    await executeAll(chain, wallet, [
      { msg: { deposit: {} }, funds: [{ denom: network.denom, amount }] },
    ]);
    await depositProjected(pool, created.wallet);
    return { ...created, deposited: amount };
  } finally {
    await pool.end();
  }
}

/** The gateway knows a deposit once it is projected: only then is the key of use. */
async function depositProjected(pool: pg.Pool, wallet: string): Promise<void> {
  const deadline = Date.now() + PROJECTED_LIMIT_MS;
  for (;;) {
    const { rows } = await pool.query('select 1 from read.balances where address = $1', [wallet]);
    if (rows[0] !== undefined) return;
    if (Date.now() > deadline) {
      throw new TransientError(
        `the deposit of ${wallet} is on chain, but not projected after ${PROJECTED_LIMIT_MS / 1000} s; npm run cli -- status says where the projection stands`,
      );
    }
    await sleep(PROJECTED_POLL_MS);
  }
}
