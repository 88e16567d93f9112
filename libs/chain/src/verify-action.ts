import { createPublicKey, verify } from 'node:crypto';
import { rawSecp256k1PubkeyToRawAddress } from '@cosmjs/amino';
import { adr036SignBytes, ed25519Verify } from '#libs/protocol';
import { bech32Address } from './address.js';
import {
  digestOf,
  type ActionScope,
  type SignedAction,
  type WalletScope,
} from './signed-action.js';

/** DER head of a compressed secp256k1 public key (RFC 5480). */
const SECP256K1_SPKI = Buffer.from('3036301006072a8648ce3d020106052b8104000a032200', 'hex');
const COMPRESSED_BYTES = 33;
const SIGNATURE_BYTES = 64;

/** Whether a work key signed it; the key is the one that the ticket has on chain. */
export const isSignedByWorkKey = (
  scope: ActionScope,
  action: SignedAction,
  workKey: Uint8Array,
): boolean => ed25519Verify(workKey, digestOf(scope, action), action.signature);

/**
 * Whether the wallet it names signed it: the key is the address's and the signature verifies. The address counts only
 * as this chain writes it: another prefix or upper case has the same bytes, but the contract does not take it.
 */
export function isSignedByWallet(
  scope: WalletScope,
  action: SignedAction,
  wallet: { address: string; public_key: Uint8Array },
): boolean {
  const { address, public_key: key } = wallet;
  if (key.length !== COMPRESSED_BYTES || action.signature.length !== SIGNATURE_BYTES) return false;
  const owner = rawSecp256k1PubkeyToRawAddress(key);
  if (bech32Address(scope.prefix, owner) !== address) return false;
  const document = adr036SignBytes(address, digestOf(scope, action));
  return verifySecp256k1(key, document, action.signature);
}

function verifySecp256k1(key: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    const der = Buffer.concat([SECP256K1_SPKI, key]);
    const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return verify('sha256', bytes, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}
