import type { Network } from '#libs/service';
import { actionDigest, adr036SignBytes, ed25519Sign } from '#libs/protocol';
import { z } from 'zod';
import { encodeAction, type WalletAction, type WorkAction } from './actions.js';
import { canonicalAddress } from './address.js';
import { base64Bytes, uint64 } from './wire.js';
import type { Wallet } from './wallet.js';

export const signedActionSchema = z.strictObject({
  signer: z.union([
    z.strictObject({ work_key: z.strictObject({ ticket: uint64 }) }),
    z.strictObject({ wallet: z.strictObject({ address: z.string(), public_key: base64Bytes }) }),
  ]),
  action: base64Bytes,
  nonce: uint64,
  expires_at: uint64,
  signature: base64Bytes,
});

/** An action that anybody may post: its signer acts, the poster only pays. `toWire` gives its JSON. */
export type SignedAction = z.output<typeof signedActionSchema>;

/** The network that an action is bound to. */
export type ActionScope = Pick<Network, 'chain_id' | 'contract'>;

/** With the prefix of its addresses: what checking a wallet needs beyond the digest. */
export type WalletScope = ActionScope & Pick<Network, 'prefix'>;

/** The 32 bytes that the signature covers and that name the action everywhere. */
export function digestOf(scope: ActionScope, action: Omit<SignedAction, 'signature'>): Uint8Array {
  const { signer } = action;
  return actionDigest({
    chainId: scope.chain_id,
    contract: canonicalAddress(scope.contract),
    signer:
      'work_key' in signer
        ? { ticket: signer.work_key.ticket }
        : { address: canonicalAddress(signer.wallet.address) },
    action: action.action,
    nonce: action.nonce,
    expiresAt: action.expires_at,
  });
}

/** Signs as a ticket's work key (Ed25519). `expiresAt` in unix seconds, at most an hour ahead. */
export function signWorkAction(of: {
  network: ActionScope;
  ticket: bigint;
  workKeySeed: Uint8Array;
  action: WorkAction;
  expiresAt: bigint;
}): SignedAction {
  const unsigned = {
    signer: { work_key: { ticket: of.ticket } },
    action: encodeAction(of.action),
    nonce: 0n,
    expires_at: of.expiresAt,
  };
  return { ...unsigned, signature: ed25519Sign(of.workKeySeed, digestOf(of.network, unsigned)) };
}

/** Signs as a wallet (ADR-036 over the action's digest). The nonce is the wallet's next free one. */
export function signWalletAction(of: {
  network: ActionScope;
  wallet: Wallet;
  action: WalletAction;
  nonce: bigint;
  expiresAt: bigint;
}): SignedAction {
  const { address, publicKey } = of.wallet;
  const unsigned = {
    signer: { wallet: { address, public_key: publicKey } },
    action: encodeAction(of.action),
    nonce: of.nonce,
    expires_at: of.expiresAt,
  };
  const document = adr036SignBytes(address, digestOf(of.network, unsigned));
  return { ...unsigned, signature: of.wallet.signBytes(document) };
}
