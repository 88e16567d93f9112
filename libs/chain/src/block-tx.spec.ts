import { MsgExec } from 'cosmjs-types/cosmos/authz/v1beta1/tx';
import { AuthInfo, TxBody, TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import { MsgExecuteContract } from 'cosmjs-types/cosmwasm/wasm/v1/tx';
import { describe, expect, it } from 'vitest';
import { bech32Address } from './address.js';
import { decodeBlockTx } from './block-tx.js';

interface AnyValue {
  typeUrl: string;
  value: Uint8Array;
}

const contract = bech32Address('wasm', new Uint8Array(32).fill(7));
const sender = bech32Address('wasm', new Uint8Array(20).fill(1));
/** A length that goes past the end. */
const broken = new Uint8Array([0x0a, 0xff]);

const execution = (from = sender): AnyValue => ({
  typeUrl: MsgExecuteContract.typeUrl,
  value: MsgExecuteContract.encode(
    MsgExecuteContract.fromPartial({ sender: from, contract }),
  ).finish(),
});

const read = (messages: AnyValue[], keys: AnyValue[]) => {
  const bytes = TxRaw.encode(
    TxRaw.fromPartial({
      bodyBytes: TxBody.encode(TxBody.fromPartial({ messages })).finish(),
      authInfoBytes: AuthInfo.encode(
        AuthInfo.fromPartial({ signerInfos: keys.map((publicKey) => ({ publicKey })) }),
      ).finish(),
    }),
  ).finish();
  return decodeBlockTx(Buffer.from(bytes).toString('base64'), 0, { contract, prefix: 'wasm' });
};

describe('a transaction of a stranger', () => {
  it('with a key of an unknown kind or none that can be read belongs to its sender', () => {
    const unknown = { typeUrl: '/ethermint.crypto.v1.ethsecp256k1.PubKey', value: broken };
    const unreadable = { typeUrl: '/cosmos.crypto.secp256k1.PubKey', value: broken };
    for (const key of [unknown, unreadable]) {
      expect(read([execution()], [key])).toMatchObject({ signers: [sender], callsContract: true });
    }
  });

  it('with a message that cannot be read still shows the others, also inside an execution', () => {
    const unreadable = { typeUrl: MsgExecuteContract.typeUrl, value: broken };
    const msgs = [unreadable, execution()];
    const exec = {
      typeUrl: MsgExec.typeUrl,
      value: MsgExec.encode(MsgExec.fromPartial({ grantee: sender, msgs })).finish(),
    };
    expect(read([unreadable, exec], [])).toMatchObject({ signers: [sender], callsContract: true });
  });

  it('has no signer by a sender that is no address', () => {
    expect(read([execution('a\u0000b')], [])).toMatchObject({ signers: [], callsContract: true });
  });
});
