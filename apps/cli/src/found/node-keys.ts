import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { sealingPublicKey, workPublicKey } from '#libs/storage';
import { z } from 'zod';

const seed = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((hex) => Buffer.from(hex, 'hex'));

const ownerSchema = z.object({
  owner_seed: seed,
  work_key_seed: seed,
  sealing_key_seed: seed,
  beacon_key_seed: seed,
});

/** The secrets of one development node and its owner. A real operator keeps the owner's key elsewhere. */
export type OwnerKeys = z.output<typeof ownerSchema>;

const randomSeed = (): string => randomBytes(32).toString('hex');
const beaconSeed = (): string => Buffer.from(bls12_381.utils.randomSecretKey()).toString('hex');

/** The keys of node `index` (from 1), made on first use; readable by their owner only. */
export function ownerKeys(keysDir: string, index: number): OwnerKeys {
  mkdirSync(keysDir, { recursive: true, mode: 0o700 });
  const file = join(keysDir, `owner-${index}.json`);
  if (!existsSync(file)) {
    const fresh = {
      owner_seed: randomSeed(),
      work_key_seed: randomSeed(),
      sealing_key_seed: randomSeed(),
      beacon_key_seed: beaconSeed(),
    };
    writeFileSync(file, JSON.stringify(fresh), { mode: 0o600, flag: 'wx' });
  }
  return ownerSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** The public halves a node registers with: Ed25519, X25519 (32 bytes each), BLS on G2 (96 bytes). */
export function publicKeys(keys: OwnerKeys): {
  work_key: Uint8Array;
  sealing_key: Uint8Array;
  beacon_key: Uint8Array;
} {
  return {
    work_key: workPublicKey(keys.work_key_seed),
    sealing_key: sealingPublicKey(keys.sealing_key_seed),
    beacon_key: bls12_381.shortSignatures.getPublicKey(keys.beacon_key_seed).toBytes(),
  };
}

/** Writes what the worker of this node reads: its ticket and the two keys it acts with, nothing that moves money. */
export function writeWorkerKeys(
  keysDir: string,
  node: { index: number; ticket: bigint; keys: OwnerKeys },
): void {
  const content = {
    ticket: node.ticket.toString(),
    work_key_seed: Buffer.from(node.keys.work_key_seed).toString('hex'),
    sealing_key_seed: Buffer.from(node.keys.sealing_key_seed).toString('hex'),
  };
  const file = join(keysDir, `node-${node.index}.json`);
  writeFileSync(file, JSON.stringify(content), { mode: 0o600 });
}
