import { readFileSync } from 'node:fs';
import type { StackState } from '#stack';
import { connectChain, executeAll, sendAll, walletFromMnemonic, walletFromSeed } from '#libs/chain';
import { createApiKey, GatewaySecret, type CreatedKey } from '#libs/keys';
import { loadNetwork, readSecret } from '#libs/service';
import pg from 'pg';
import { bankSend } from './found/nodes.js';

/** Coins a funded wallet keeps outside the ledger, for the gas of its deposit. */
const GAS_COINS = 1_000_000n;

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
    return { ...created, deposited: amount };
  } finally {
    await pool.end();
  }
}
