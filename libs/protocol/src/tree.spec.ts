import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vectorCases, vectorFile } from '../../../test/support/vectors.js';
import {
  be32,
  chunkLeaf,
  fromHex,
  merklePath,
  merkleRoot,
  sha256,
  toHex,
  verifyPath,
  weightsRoot,
} from './index.js';

const leavesOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => sha256(be32(i)));

describe('Merkle trees', () => {
  it('match the vectors, with every path', () => {
    type Case = {
      path: string;
      chunks: string[];
      leaves: string[];
      root: string;
      paths: string[][];
    };
    for (const c of vectorCases<Case>(vectorFile('trees'), 'trees')) {
      const leaves = c.chunks.map((chunk, i) => chunkLeaf(c.path, BigInt(i), fromHex(chunk)));
      const root = merkleRoot(leaves);
      expect(leaves.map(toHex)).toEqual(c.leaves);
      expect(toHex(root)).toBe(c.root);
      for (const [index, leaf] of leaves.entries()) {
        const path = merklePath(leaves, index);
        expect(path.map(toHex)).toEqual(c.paths[index]);
        expect(verifyPath(leaf, { index, leaves: leaves.length }, { path, root })).toBe(true);
      }
    }
  });

  it('prove a leaf at its own place only', () => {
    const count = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(count, fc.nat(), fc.nat(), (leafCount, pick, other) => {
        const leaves = leavesOf(leafCount);
        const [index, claimed] = [pick % leafCount, other % leafCount];
        const proof = { path: merklePath(leaves, index), root: merkleRoot(leaves) };
        const leaf = sha256(be32(index));
        return (
          verifyPath(leaf, { index: claimed, leaves: leafCount }, proof) === (claimed === index)
        );
      }),
    );
  });

  it('refuse a path with a sibling left over', () => {
    const leaves = leavesOf(3);
    const proof = { path: [...merklePath(leaves, 2), sha256()], root: merkleRoot(leaves) };
    expect(verifyPath(sha256(be32(2)), { index: 2, leaves: 3 }, proof)).toBe(false);
  });
});

describe('the root of weights', () => {
  type Case = { chunk_size: number; files: { path: string; content: string }[]; root: string };
  const pieces = (bytes: Uint8Array, size: number): Uint8Array[] =>
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );

  it('is the same however the stream is cut', async () => {
    for (const c of vectorCases<Case>(vectorFile('trees'), 'weights')) {
      for (const size of [1, 3, 4, 5, 100]) {
        const files = c.files.map(({ path, content }) => ({
          path,
          content: pieces(fromHex(content), size),
        }));
        expect(toHex(await weightsRoot(files, c.chunk_size))).toBe(c.root);
      }
    }
  });

  it('refuses a file that is listed twice and an empty chunk', async () => {
    const file = { path: 'a', content: [sha256()] };
    await expect(weightsRoot([file, file], 4)).rejects.toThrow(/listed twice/);
    await expect(weightsRoot([file], 0)).rejects.toThrow(/at least one byte/);
  });
});
