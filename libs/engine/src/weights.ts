import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { chunkLeaf, concatBytes, merkleRoot, toHex } from '#libs/protocol';
import { PermanentError } from '#libs/service';
import type { Model } from './model.js';

const HASH_BYTES = 32;

/**
 * Reads every chunk of the model's files once and refuses (`bad_weights`, naming file and, where it can be known,
 * chunk) unless they are what model.json and its root name. Returns the leaves of all chunks, 32 bytes each.
 *
 * A root alone cannot tell which chunk is wrong: give the leaves of an earlier success and it is named.
 */
export async function verifyWeights(
  model: Model,
  remembered: Uint8Array | null = null,
): Promise<Uint8Array> {
  const known =
    remembered !== null && rootOfLeaves(remembered) === model.weights_root ? remembered : null;
  const leaves: Uint8Array[] = [];
  for (const file of model.files) {
    await readLeaves(model, file, { leaves, known });
  }
  const all = concatBytes(...leaves);
  const root = rootOfLeaves(all);
  if (root !== model.weights_root) {
    throw bad(`${model.id}: the weights have root ${root}, model.json names ${model.weights_root}`);
  }
  return all;
}

async function readLeaves(
  model: Model,
  file: Model['files'][number],
  into: { leaves: Uint8Array[]; known: Uint8Array | null },
): Promise<void> {
  const hasher = createHash('sha256');
  const handle = await open(join(model.dir, file.path), 'r');
  try {
    const { size } = await handle.stat();
    if (size !== file.size) throw bad(sizeProblem(model, file, size));
    for (let index = 0; index * model.chunk_size < size; index++) {
      const length = Math.min(model.chunk_size, size - index * model.chunk_size);
      const chunk = new Uint8Array(length);
      const { bytesRead } = await handle.read(chunk, 0, length, index * model.chunk_size);
      if (bytesRead !== length) throw bad(`${file.path}: chunk ${index} ends early`);
      const leaf = chunkLeaf(file.path, BigInt(index), chunk);
      const expected = into.known === null ? leaf : leafAt(into.known, into.leaves.length);
      if (Buffer.compare(leaf, expected) !== 0) {
        throw bad(`${file.path}: chunk ${index} of ${model.chunk_size} bytes differs`);
      }
      into.leaves.push(leaf);
      hasher.update(chunk);
    }
  } finally {
    await handle.close();
  }
  if (hasher.digest('hex') !== file.sha256) throw bad(`${file.path}: its sha256 differs`);
}

function sizeProblem(model: Model, file: Model['files'][number], size: number): string {
  const chunk = Math.floor(Math.min(size, file.size) / model.chunk_size);
  return `${file.path}: ${size} bytes, ${file.size} expected; the first bad chunk is ${chunk}`;
}

const leafAt = (leaves: Uint8Array, index: number): Uint8Array =>
  leaves.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);

const rootOfLeaves = (leaves: Uint8Array): string =>
  toHex(
    merkleRoot(Array.from({ length: leaves.length / HASH_BYTES }, (_, i) => leafAt(leaves, i))),
  );

const bad = (problem: string): PermanentError => new PermanentError('bad_weights', problem);
