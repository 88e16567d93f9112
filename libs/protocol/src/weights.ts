import { concatBytes } from './encoding.js';
import { ProtocolError } from './errors.js';
import { chunkLeaf, MerkleAccumulator } from './tree.js';

/** One file of a model: its registered path and its bytes in pieces of any size. */
export interface WeightsFile {
  path: string;
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * The root that a model is registered by: the chunks of its files in the order they are listed, each file's counted
 * from 0, its last one shorter. Reads as a stream and holds one chunk.
 */
export async function weightsRoot(
  files: Iterable<WeightsFile>,
  chunkSize: number,
): Promise<Uint8Array> {
  if (!Number.isSafeInteger(chunkSize) || chunkSize < 1) {
    throw new ProtocolError('out_of_range', `a chunk of at least one byte, got ${chunkSize}`);
  }
  const tree = new MerkleAccumulator();
  const paths = new Set<string>();
  for (const { path, content } of files) {
    if (paths.has(path)) throw new ProtocolError('duplicate', `the file ${path} is listed twice`);
    paths.add(path);
    let index = 0n;
    for await (const chunk of chunksOf(content, chunkSize)) {
      tree.add(chunkLeaf(path, index, chunk));
      index += 1n;
    }
  }
  return tree.root();
}

/** Cuts a stream into chunks of `size` bytes; only the last may be shorter, none is empty. */
async function* chunksOf(
  content: WeightsFile['content'],
  size: number,
): AsyncGenerator<Uint8Array> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  for await (const piece of content) {
    let rest = piece;
    while (pendingBytes + rest.length >= size) {
      const cut = size - pendingBytes;
      yield concatBytes(...pending, rest.subarray(0, cut));
      rest = rest.subarray(cut);
      pending = [];
      pendingBytes = 0;
    }
    if (rest.length > 0) pending.push(rest);
    pendingBytes += rest.length;
  }
  if (pendingBytes > 0) yield concatBytes(...pending);
}
