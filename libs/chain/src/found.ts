import { gzipSync } from 'node:zlib';
import { InvariantViolation } from '#libs/service';
import {
  MsgInstantiateContract,
  MsgStoreCode,
  MsgUpdateAdmin,
} from 'cosmjs-types/cosmwasm/wasm/v1/tx';
import type { Chain, IncludedTx } from './chain.js';
import { sendAll } from './execute.js';
import type { Funds } from './sign-tx.js';
import { toWire } from './wire.js';
import type { InstantiateMsg } from './messages.js';
import type { Wallet } from './wallet.js';

/** Stores wasm code (gzipped on the way) and returns its id. */
export async function storeCode(chain: Chain, wallet: Wallet, wasm: Uint8Array): Promise<bigint> {
  const value = MsgStoreCode.fromPartial({ sender: wallet.address, wasmByteCode: gzipSync(wasm) });
  const tx = await sendAll(chain, wallet, [{ typeUrl: MsgStoreCode.typeUrl, value }]);
  return BigInt(attribute(tx, 'store_code', 'code_id'));
}

/** What a new contract is made from; `admin` may be absent until `updateAdmin`. */
export interface Instantiation {
  codeId: bigint;
  msg: InstantiateMsg;
  label: string;
  admin?: string;
  funds?: readonly Funds[];
}

/** Instantiates and returns the contract's address with the transaction that made it. */
export async function instantiate(
  chain: Chain,
  wallet: Wallet,
  plan: Instantiation,
): Promise<{ contract: string; tx: IncludedTx }> {
  const value = MsgInstantiateContract.fromPartial({
    sender: wallet.address,
    admin: plan.admin ?? '',
    codeId: plan.codeId,
    label: plan.label,
    msg: Buffer.from(JSON.stringify(toWire(plan.msg))),
    funds: (plan.funds ?? []).map(({ denom, amount }) => ({ denom, amount: amount.toString() })),
  });
  const tx = await sendAll(chain, wallet, [{ typeUrl: MsgInstantiateContract.typeUrl, value }]);
  return { contract: attribute(tx, 'instantiate', '_contract_address'), tx };
}

/** Hands the contract's admin over; with `admin` = the contract it is its own from then on. */
export async function updateAdmin(
  chain: Chain,
  wallet: Wallet,
  change: { contract: string; admin: string },
): Promise<IncludedTx> {
  const value = MsgUpdateAdmin.fromPartial({
    sender: wallet.address,
    contract: change.contract,
    newAdmin: change.admin,
  });
  return await sendAll(chain, wallet, [{ typeUrl: MsgUpdateAdmin.typeUrl, value }]);
}

/** Stores the code, instantiates it and makes the contract its own admin. */
export async function storeAndInstantiate(
  chain: Chain,
  wallet: Wallet,
  plan: Omit<Instantiation, 'codeId' | 'admin'> & { wasm: Uint8Array },
): Promise<{ contract: string; codeId: bigint; tx: IncludedTx }> {
  const { wasm, ...rest } = plan;
  const codeId = await storeCode(chain, wallet, wasm);
  const made = await instantiate(chain, wallet, { ...rest, codeId, admin: wallet.address });
  await updateAdmin(chain, wallet, { contract: made.contract, admin: made.contract });
  return { ...made, codeId };
}

function attribute(tx: IncludedTx, type: string, key: string): string {
  for (const event of tx.events) {
    const found = event.type === type && event.attributes.find((entry) => entry.key === key);
    if (found) return found.value;
  }
  throw new InvariantViolation(`transaction ${tx.hash} has no ${type}.${key}`);
}
