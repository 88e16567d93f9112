import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import {
  connectChain,
  devParams,
  executeAll,
  instantiate,
  updateAdmin,
  walletFromMnemonic,
  type Chain,
  type ModelRegistration,
  type Wallet,
} from '#libs/chain';
import { echelonIdOf } from '#libs/protocol';
import { loadNetwork, PermanentError, type Network } from '#libs/service';
import { foundNodes } from './nodes.js';
import { cpuEchelon, founding } from './plan.js';

export interface FoundingInput {
  networkFile: string;
  keysDir: string;
  faucetMnemonicFile: string;
  codeId: bigint;
  model: Omit<ModelRegistration, 'owner_fee_bps'>;
  onStep: (step: string) => void;
}

export interface Founded {
  contract: string;
  echelon: string;
  tickets: bigint[];
}

/** The id of the development echelon. */
export const devEchelonId = (): string =>
  echelonIdOf({ ...cpuEchelon, reference_cost: cpuEchelon.reference_cost.toString() });

/**
 * Founds the development network: contract (its own admin), echelon, model, nodes with collateral and bids, and the
 * key files of the workers. Writes the contract's address into `network.json` last but for the nodes.
 */
export async function foundNetwork(input: FoundingInput): Promise<Founded> {
  const draft = readDraft(input.networkFile);
  const faucet = await walletFromMnemonic(
    readFileSync(input.faucetMnemonicFile, 'utf8').trim(),
    draft.prefix,
  );
  input.onStep('instantiating the contract');
  const contract = await foundContract(connectChain(draft), faucet, input.codeId);
  const network = { ...draft, contract };
  const chain = connectChain(network);
  const echelon = devEchelonId();
  input.onStep('registering echelon and model');
  await executeAll(chain, faucet, [
    {
      msg: {
        register_echelon: {
          descriptor: cpuEchelon,
          collateral: founding.collateral,
          reserve_price: founding.reservePrice,
        },
      },
    },
    { msg: { deposit: {} }, funds: [{ denom: network.denom, amount: founding.modelDeposit }] },
    { msg: { register_model: { ...input.model, owner_fee_bps: founding.modelOwnerFeeBps } } },
  ]);
  input.onStep(`registering ${founding.nodes} nodes`);
  const tickets = await foundNodes(chain, faucet, {
    keysDir: input.keysDir,
    model: input.model.id,
    echelon,
  });
  writeContract(input.networkFile, contract);
  return { contract, echelon, tickets };
}

async function foundContract(chain: Chain, faucet: Wallet, codeId: bigint): Promise<string> {
  const { denom, beacon } = chain.network;
  const { contract } = await instantiate(chain, faucet, {
    codeId,
    label: 'atoma-network',
    admin: faucet.address,
    funds: [{ denom, amount: founding.reserve }],
    msg: {
      beacon: {
        genesis: beacon.genesis,
        period: beacon.period,
        public_key: Buffer.from(beacon.public_key, 'hex'),
      },
      denom,
      governance: faucet.address,
      params: devParams,
      treasury: faucet.address,
    },
  });
  await updateAdmin(chain, faucet, { contract, admin: contract });
  return contract;
}

/** A network file before its founding names no contract; one that does is founded already. */
function readDraft(file: string): Network {
  const raw = JSON.parse(readFileSync(file, 'utf8')) as { contract?: string };
  if (raw.contract !== undefined && raw.contract !== '') {
    throw new PermanentError('already_founded', `${file} names contract ${raw.contract} already`);
  }
  const draft = `${file}.draft`;
  writeFileSync(draft, JSON.stringify({ ...raw, contract: 'none' }));
  return loadNetwork(draft);
}

function writeContract(file: string, contract: string): void {
  const raw = JSON.parse(readFileSync(file, 'utf8')) as object;
  const next = `${file}.next`;
  writeFileSync(next, `${JSON.stringify({ ...raw, contract }, null, 2)}\n`);
  renameSync(next, file);
}
