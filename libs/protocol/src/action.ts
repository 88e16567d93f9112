import { be64, concatBytes, framed, u8, utf8 } from './encoding.js';
import { sha256 } from './hash.js';

/** Who signs: a ticket's work key, or a wallet by its canonical address bytes. */
export type ActionSigner = { ticket: bigint } | { address: Uint8Array };

export interface ActionFields {
  chainId: string;
  /** Canonical address bytes. */
  contract: Uint8Array;
  signer: ActionSigner;
  /** The JSON bytes as they are signed. */
  action: Uint8Array;
  /** 0 for work keys, whose subject is unique by state. */
  nonce: bigint;
  /** Unix seconds. */
  expiresAt: bigint;
}

const signerBytes = (signer: ActionSigner): Uint8Array =>
  'ticket' in signer
    ? concatBytes(u8(0x01), be64(signer.ticket))
    : concatBytes(u8(0x02), signer.address);

/** The 32 bytes that a signed action's signature covers. */
export const actionDigest = (fields: ActionFields): Uint8Array =>
  sha256(
    utf8('atoma/action/v1'),
    framed(fields.chainId),
    framed(fields.contract),
    framed(signerBytes(fields.signer)),
    framed(fields.action),
    be64(fields.nonce),
    be64(fields.expiresAt),
  );
