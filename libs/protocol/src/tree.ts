import { be64, bytesEqual, framed, hash32, u8 } from './encoding.js';
import { sha256, ZERO_HASH } from './hash.js';

/** The leaf of chunk `index` (counted from 0) of the file at `path`. */
export const chunkLeaf = (path: string, index: bigint, chunk: Uint8Array): Uint8Array =>
  sha256(u8(0x00), framed(path), be64(index), chunk);

export const treeNode = (left: Uint8Array, right: Uint8Array): Uint8Array =>
  sha256(u8(0x01), left, right);

/** A Merkle root built leaf by leaf in memory logarithmic in their number. */
export class MerkleAccumulator {
  /** Perfect subtrees from left to right; their heights fall. */
  readonly #peaks: { height: number; hash: Uint8Array }[] = [];

  add(leaf: Uint8Array): void {
    let peak = { height: 0, hash: hash32(leaf) };
    for (let last = this.#peaks.at(-1); last?.height === peak.height; last = this.#peaks.at(-1)) {
      this.#peaks.pop();
      peak = { height: peak.height + 1, hash: treeNode(last.hash, peak.hash) };
    }
    this.#peaks.push(peak);
  }

  /** The root of the leaves so far; 32 zero bytes for none. */
  root(): Uint8Array {
    const last = this.#peaks.at(-1);
    if (last === undefined) return ZERO_HASH;
    return this.#peaks
      .slice(0, -1)
      .reduceRight((right, { hash }) => treeNode(hash, right), last.hash);
  }
}

/** An odd node is promoted; the empty root is 32 zero bytes. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const tree = new MerkleAccumulator();
  for (const leaf of leaves) tree.add(leaf);
  return tree.root();
}

function levelAbove(level: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const [left, right] = level.slice(i, i + 2);
    if (left) above.push(right ? treeNode(left, right) : left);
  }
  return above;
}

/** The siblings of leaf `index` from the bottom up; none where its node is promoted. */
export function merklePath(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  const path: Uint8Array[] = [];
  let level: readonly Uint8Array[] = leaves;
  for (let place = index; level.length > 1; place = Math.floor(place / 2)) {
    const sibling = level[place ^ 1];
    if (sibling) path.push(sibling);
    level = levelAbove(level);
  }
  return path;
}

/** A leaf's claimed place: its index in a tree of `leaves` leaves. */
export interface MerklePlace {
  index: number;
  leaves: number;
}

/** Whether `path` leads from `leaf` at its place to `root`, with no sibling missing or left over. */
export function verifyPath(
  leaf: Uint8Array,
  place: MerklePlace,
  proof: { path: readonly Uint8Array[]; root: Uint8Array },
): boolean {
  let { index, leaves } = place;
  if (!Number.isInteger(index) || index < 0 || index >= leaves) return false;
  const siblings = proof.path.values();
  let hash = leaf;
  for (; leaves > 1; leaves = Math.ceil(leaves / 2), index = Math.floor(index / 2)) {
    const promoted = index % 2 === 0 && index + 1 === leaves;
    if (promoted) continue;
    const { value: sibling } = siblings.next();
    if (sibling === undefined) return false;
    hash = index % 2 === 0 ? treeNode(hash, sibling) : treeNode(sibling, hash);
  }
  return siblings.next().done === true && bytesEqual(hash, proof.root);
}
