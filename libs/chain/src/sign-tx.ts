import type { EncodeObject } from '@cosmjs/proto-signing';
import { SigningCosmWasmClient } from '@cosmjs/cosmwasm';
import { GasPrice, calculateFee } from '@cosmjs/stargate';
import { TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import { MsgExecuteContract } from 'cosmjs-types/cosmwasm/wasm/v1/tx';
import { txHash } from './block-tx.js';
import { toWire } from './wire.js';
import type { ExecuteMsg } from './messages.js';
import type { Wallet } from './wallet.js';

/** Coins sent along with a message. */
export interface Funds {
  denom: string;
  amount: bigint;
}

/** Everything a signature covers; nothing is asked from the chain. */
export interface TxPlan {
  messages: readonly EncodeObject[];
  chainId: string;
  accountNumber: bigint;
  sequence: bigint;
  gas: bigint;
  /** For example `0.025utoma`. */
  gasPrice: string;
  /** The last height at which the chain may include it; 0 is never too late. */
  timeoutHeight: bigint;
  memo?: string;
}

/** A signed transaction: the same bytes are sent again as often as needed, under the same hash. */
export interface SignedTx {
  hash: string;
  bytes: Uint8Array;
}

/** Signs without the network: sequence, gas and timeout are the caller's. */
export async function signTx(wallet: Wallet, plan: TxPlan): Promise<SignedTx> {
  const client = await SigningCosmWasmClient.offline(wallet.signer);
  const fee = calculateFee(Number(plan.gas), GasPrice.fromString(plan.gasPrice));
  const signerData = {
    accountNumber: Number(plan.accountNumber),
    sequence: Number(plan.sequence),
    chainId: plan.chainId,
  };
  const raw = await client.sign(
    wallet.address,
    plan.messages,
    fee,
    plan.memo ?? '',
    signerData,
    plan.timeoutHeight,
  );
  const bytes = TxRaw.encode(raw).finish();
  return { hash: txHash(bytes), bytes };
}

/** A contract execution as a transaction message. */
export const executeMessage = (
  sender: string,
  contract: string,
  call: { msg: ExecuteMsg; funds?: readonly Funds[] },
): EncodeObject => ({
  typeUrl: MsgExecuteContract.typeUrl,
  value: MsgExecuteContract.fromPartial({
    sender,
    contract,
    msg: Buffer.from(JSON.stringify(toWire(call.msg))),
    funds: (call.funds ?? []).map(({ denom, amount }) => ({ denom, amount: amount.toString() })),
  }),
});
