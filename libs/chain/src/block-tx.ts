import { createHash } from 'node:crypto';
import { pubkeyToAddress } from '@cosmjs/amino';
import { fromBase64 } from '@cosmjs/encoding';
import { decodeOptionalPubkey } from '@cosmjs/proto-signing';
import { MsgExec } from 'cosmjs-types/cosmos/authz/v1beta1/tx';
import { AuthInfo, TxBody, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import { MsgExecuteContract, MsgMigrateContract } from 'cosmjs-types/cosmwasm/wasm/v1/tx';

interface AnyMessage {
  typeUrl: string;
  value: Uint8Array;
}

/** One transaction of a block as its bytes say, whatever became of it. */
export interface BlockTx {
  /** sha256 of the bytes, upper-case hex. */
  hash: string;
  index: number;
  signers: string[];
  memo: string;
  /** Whether a message of it (also inside an authz execution) addresses the network's contract. */
  callsContract: boolean;
}

/** The chain's name of a transaction: sha256 of its bytes in upper-case hex. */
export const txHash = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex').toUpperCase();

/** Decodes a block's transaction; bytes that are none (the chain includes them too, as failures) have no signer. */
export function decodeBlockTx(
  encoded: string,
  index: number,
  of: { contract: string; prefix: string },
): BlockTx {
  const bytes = fromBase64(encoded);
  const hash = txHash(bytes);
  const decoded = decodeOrNothing(bytes);
  if (decoded === undefined) return { hash, index, signers: [], memo: '', callsContract: false };
  const { body, auth } = decoded;
  const calls = body.messages.flatMap((message) => contractCalls(message));
  return {
    hash,
    index,
    signers: signersOf(auth, calls, of.prefix),
    memo: body.memo,
    callsContract: calls.some((call) => call.contract === of.contract),
  };
}

function decodeOrNothing(bytes: Uint8Array): { body: TxBody; auth: AuthInfo } | undefined {
  try {
    const raw = TxRaw.decode(bytes);
    return { body: TxBody.decode(raw.bodyBytes), auth: AuthInfo.decode(raw.authInfoBytes) };
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** A known account may leave its key out of the transaction; then the sender of its message names it. */
function signersOf(auth: AuthInfo, calls: { sender: string }[], prefix: string): string[] {
  const named = auth.signerInfos.flatMap(({ publicKey }) => {
    const key = publicKey === undefined ? null : decodeOptionalPubkey(publicKey);
    return key === null ? [] : [pubkeyToAddress(key, prefix)];
  });
  return [...new Set(named.length > 0 ? named : calls.map((call) => call.sender))];
}

function contractCalls(message: AnyMessage): { sender: string; contract: string }[] {
  switch (message.typeUrl) {
    case MsgExecuteContract.typeUrl:
      return [MsgExecuteContract.decode(message.value)];
    case MsgMigrateContract.typeUrl:
      return [MsgMigrateContract.decode(message.value)];
    case MsgExec.typeUrl:
      return MsgExec.decode(message.value).msgs.flatMap(contractCalls);
    default:
      return [];
  }
}
