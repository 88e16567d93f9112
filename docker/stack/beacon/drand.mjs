import { createHash } from 'node:crypto';
import { bls12_381 } from '@noble/curves/bls12-381.js';

/** drand's scheme of the quicknet network: signatures on G1, keys on G2, rounds unchained (RFC 9380 hashing). */
export const SCHEME = 'bls-unchained-g1-rfc9380';
const DST = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_';

const bls = bls12_381.shortSignatures;
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const bytesOf = (text) => Uint8Array.from(Buffer.from(text, 'hex'));

/** The secret scalar of a seed: 48 bytes of its hash, reduced by noble without bias worth the name. */
function secretOf(seed) {
  const wide = createHash('sha512').update('atoma/beacon-key/v1').update(bytesOf(seed)).digest();
  return bls12_381.utils.randomSecretKey(Uint8Array.from(wide.subarray(0, 48)));
}

/** The point a round's signature is over: hash-to-curve of sha256(be64 round). */
function messageOf(round) {
  const be64 = Buffer.alloc(8);
  be64.writeBigUInt64BE(BigInt(round));
  return bls.hash(Uint8Array.from(createHash('sha256').update(be64).digest()), DST);
}

/**
 * The beacon's public key (96 bytes of G2, hex).
 * @param {string} seed 32 bytes in hex
 */
export const publicKeyOf = (seed) => bls.getPublicKey(secretOf(seed)).toHex();

/**
 * A round as drand publishes it; the randomness is sha256 of the signature.
 * @param {string} seed
 * @param {number | bigint} round
 */
export function signRound(seed, round) {
  const signature = bls.Signature.toBytes(bls.sign(messageOf(round), secretOf(seed)));
  const randomness = createHash('sha256').update(signature).digest('hex');
  return { round: Number(round), randomness, signature: hex(signature) };
}

/**
 * Whether a round is the one signed by this key; what cannot be decoded is not.
 * @param {{round: number | bigint, signature: string, publicKey: string}} claim
 */
export function verifyRound({ round, signature, publicKey }) {
  try {
    return bls.verify(bytesOf(signature), messageOf(round), bytesOf(publicKey));
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

/**
 * The latest round that is due: round r is at genesis + (r - 1) * period.
 * @param {{genesis: number, period: number}} schedule in seconds
 * @param {number} nowMs
 */
export function roundAt({ genesis, period }, nowMs) {
  return Math.floor((nowMs / 1000 - genesis) / period) + 1;
}
