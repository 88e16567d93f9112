import { encodeSecp256k1Pubkey } from '@cosmjs/amino';
import { wasmTypes } from '@cosmjs/cosmwasm';
import { fromBase64 } from '@cosmjs/encoding';
import {
  Registry,
  encodePubkey,
  makeAuthInfoBytes,
  type EncodeObject,
} from '@cosmjs/proto-signing';
import { GasPrice, calculateFee, defaultRegistryTypes } from '@cosmjs/stargate';
import { SignDoc, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
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

const registry = new Registry([...defaultRegistryTypes, ...wasmTypes]);

/**
 * Signs without the network: sequence, gas and timeout are the caller's. The document is put together here because
 * CosmJS holds account numbers in JavaScript numbers and this chain's exceed them.
 */
export async function signTx(wallet: Wallet, plan: TxPlan): Promise<SignedTx> {
  const fee = calculateFee(Number(plan.gas), GasPrice.fromString(plan.gasPrice));
  const publicKey = encodePubkey(encodeSecp256k1Pubkey(wallet.publicKey));
  const authInfoBytes = makeAuthInfoBytes(
    [{ pubkey: publicKey, sequence: Number(plan.sequence) }],
    fee.amount,
    Number(fee.gas),
    undefined,
    undefined,
  );
  const bodyBytes = registry.encodeTxBody({
    messages: plan.messages,
    memo: plan.memo ?? '',
    timeoutHeight: plan.timeoutHeight,
  });
  const { chainId, accountNumber } = plan;
  const document = SignDoc.fromPartial({ bodyBytes, authInfoBytes, chainId, accountNumber });
  const { signature } = await wallet.signer.signDirect(wallet.address, document);
  const signatures = [fromBase64(signature.signature)];
  const bytes = TxRaw.encode(TxRaw.fromPartial({ bodyBytes, authInfoBytes, signatures })).finish();
  return { hash: txHash(bytes), bytes };
}

/** The protobuf form of messages, as a simulation takes them. */
export const encodeMessages = (messages: readonly EncodeObject[]) =>
  messages.map((message) => registry.encodeAsAny(message));

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
