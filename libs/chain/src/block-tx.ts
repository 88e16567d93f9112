import { createHash } from 'node:crypto';
import { pubkeyToAddress } from '@cosmjs/amino';
import { fromBase64 } from '@cosmjs/encoding';
import { decodeOptionalPubkey } from '@cosmjs/proto-signing';
import { MsgExec } from 'cosmjs-types/cosmos/authz/v1beta1/tx';
import { AuthInfo, TxBody, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import { MsgExecuteContract, MsgMigrateContract } from 'cosmjs-types/cosmwasm/wasm/v1/tx';
import { bech32Address, canonicalAddress } from './address.js';

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
  return readOrNothing(() => {
    const raw = TxRaw.decode(bytes);
    return { body: TxBody.decode(raw.bodyBytes), auth: AuthInfo.decode(raw.authInfoBytes) };
  });
}

/** Strangers fill blocks with what they like: a part that cannot be read is as good as absent. */
function readOrNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** A known account may leave its key out, and a key may be of a kind we cannot read; then the messages' senders count. */
function signersOf(auth: AuthInfo, calls: { sender: string }[], prefix: string): string[] {
  const named = auth.signerInfos.map(({ publicKey }) =>
    readOrNothing(() => {
      const key = publicKey === undefined ? null : decodeOptionalPubkey(publicKey);
      return key === null ? undefined : pubkeyToAddress(key, prefix);
    }),
  );
  const known = named.filter((address) => address !== undefined);
  const senders = calls.map(({ sender }) => sender).filter((sender) => isAddress(sender, prefix));
  const isComplete = known.length > 0 && known.length === named.length;
  return [...new Set(isComplete ? known : [...known, ...senders])];
}

/** A sender is any text before the chain has checked it. */
const isAddress = (text: string, prefix: string): boolean =>
  readOrNothing(() => bech32Address(prefix, canonicalAddress(text))) === text;

function contractCalls(message: AnyMessage): { sender: string; contract: string }[] {
  const inner = readOrNothing(() => decodeCall(message));
  return inner === undefined
    ? []
    : inner.flatMap((call) => ('sender' in call ? [call] : contractCalls(call)));
}

function decodeCall({
  typeUrl,
  value,
}: AnyMessage): ({ sender: string; contract: string } | AnyMessage)[] {
  switch (typeUrl) {
    case MsgExecuteContract.typeUrl:
      return [MsgExecuteContract.decode(value)];
    case MsgMigrateContract.typeUrl:
      return [MsgMigrateContract.decode(value)];
    case MsgExec.typeUrl:
      return MsgExec.decode(value).msgs;
    default:
      return [];
  }
}
