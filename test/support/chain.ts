import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MsgSend } from 'cosmjs-types/cosmos/bank/v1beta1/tx';
import {
  connectChain,
  devParams,
  instantiate,
  sendAll,
  TxFailedError,
  updateAdmin,
  walletFromMnemonic,
  walletFromSeed,
  type Chain,
  type Params,
  type Wallet,
} from '#libs/chain';
import { backoffMs, loadNetwork, sleep, type Network } from '#libs/service';
import { stackState } from './stack.js';

/** Code of the SDK for a sequence that another sender used up meanwhile. */
const WRONG_SEQUENCE = 32;
const ATTEMPTS_MAX = 20;

/** The stack's network as one that has this contract; the file is what apps take as NETWORK_FILE. */
export function networkWith(contract: string): { network: Network; file: string } {
  const draft: unknown = JSON.parse(readFileSync(String(stackState().files['network']), 'utf8'));
  const file = join(mkdtempSync(join(tmpdir(), 'atoma-spec-')), 'network.json');
  writeFileSync(file, JSON.stringify({ ...Object(draft), contract }));
  return { network: loadNetwork(file), file };
}

/** A new account with coins from the stack's faucet. */
export async function fundedWallet(chain: Chain, amount: bigint): Promise<Wallet> {
  const wallet = await walletFromSeed(randomBytes(32), chain.network.prefix);
  await fund(chain, wallet.address, amount);
  return wallet;
}

/** Sends coins from the stack's faucet, which specs in other processes use too. */
export async function fund(chain: Chain, address: string, amount: bigint): Promise<void> {
  const { prefix, denom } = chain.network;
  const mnemonic = readFileSync(String(stackState().files['faucet']), 'utf8').trim();
  const faucet = await walletFromMnemonic(mnemonic, prefix);
  const value = MsgSend.fromPartial({
    fromAddress: faucet.address,
    toAddress: address,
    amount: [{ denom, amount: amount.toString() }],
  });
  for (let attempt = 0; ; attempt += 1) {
    try {
      await sendAll(chain, faucet, [{ typeUrl: MsgSend.typeUrl, value }]);
      return;
    } catch (error) {
      const isRace = error instanceof TxFailedError && error.tx.code === WRONG_SEQUENCE;
      if (!isRace || attempt === ATTEMPTS_MAX) throw error;
      await sleep(backoffMs(attempt, 1_000) + Math.random() * 200);
    }
  }
}

/** A contract of the spec's own on the stack's chain, from the code in its genesis; `founder` governs it. */
export async function ownNetwork(
  params: Params = devParams,
): Promise<{ network: Network; file: string; chain: Chain; founder: Wallet }> {
  const draft = networkWith('none').network;
  const bare = connectChain(draft);
  const founder = await fundedWallet(bare, 1_000_000_000_000n);
  const { contract } = await instantiate(bare, founder, {
    codeId: 1n,
    label: 'spec',
    admin: founder.address,
    msg: {
      beacon: {
        genesis: draft.beacon.genesis,
        period: draft.beacon.period,
        public_key: Buffer.from(draft.beacon.public_key, 'hex'),
      },
      denom: draft.denom,
      governance: founder.address,
      params,
      treasury: founder.address,
    },
  });
  await updateAdmin(bare, founder, { contract, admin: contract });
  const { network, file } = networkWith(contract);
  return { network, file, chain: connectChain(network), founder };
}
