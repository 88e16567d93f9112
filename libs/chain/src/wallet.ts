import { rawSecp256k1PubkeyToRawAddress } from '@cosmjs/amino';
import { Bip39, EnglishMnemonic, Secp256k1, Slip10, Slip10Curve, sha256 } from '@cosmjs/crypto';
import {
  DirectSecp256k1Wallet,
  makeCosmoshubPath,
  type OfflineDirectSigner,
} from '@cosmjs/proto-signing';
import { PermanentError } from '#libs/service';
import { bech32Address } from './address.js';

const SEED_BYTES = 32;

/** A secp256k1 account of the chain. Its key never leaves this object. */
export interface Wallet {
  address: string;
  /** Compressed, 33 bytes. */
  publicKey: Uint8Array;
  /** Signs transactions. */
  signer: OfflineDirectSigner;
  /** Signs sha256 of the bytes; 64 bytes r ‖ s with low s, as the chain's verifier wants it. */
  signBytes: (bytes: Uint8Array) => Uint8Array;
}

/** The account at m/44'/118'/0'/0/0 of an English BIP-39 mnemonic. */
export async function walletFromMnemonic(mnemonic: string, prefix: string): Promise<Wallet> {
  const seed = await Bip39.mnemonicToSeed(englishMnemonic(mnemonic));
  const { privkey } = Slip10.derivePath(Slip10Curve.Secp256k1, seed, makeCosmoshubPath(0));
  return await walletFromSeed(privkey, prefix);
}

/** The account whose private key is the 32-byte seed (derived keys of a gateway). */
export async function walletFromSeed(seed: Uint8Array, prefix: string): Promise<Wallet> {
  if (seed.length !== SEED_BYTES) {
    throw new PermanentError(
      'malformed_seed',
      `a seed has ${SEED_BYTES} bytes, not ${seed.length}`,
    );
  }
  const signer = await DirectSecp256k1Wallet.fromKey(seed, prefix);
  const { pubkey } = Secp256k1.makeKeypair(seed);
  const publicKey = Secp256k1.compressPubkey(pubkey);
  return {
    address: bech32Address(prefix, rawSecp256k1PubkeyToRawAddress(publicKey)),
    publicKey,
    signer,
    signBytes: (bytes) => {
      const signature = Secp256k1.createSignature(sha256(bytes), seed);
      return new Uint8Array([...signature.r(32), ...signature.s(32)]);
    },
  };
}

function englishMnemonic(mnemonic: string): EnglishMnemonic {
  try {
    return new EnglishMnemonic(mnemonic);
  } catch (cause) {
    throw new PermanentError('malformed_mnemonic', 'the mnemonic is not a valid English one', {
      cause,
    });
  }
}
