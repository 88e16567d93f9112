import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

interface Manifest {
  id: string;
  chunk_size: number;
  files: { path: string; size: number; sha256: string }[];
  weights_root: string;
}

const folder = join(import.meta.dirname, 'atoma-tiny');
const manifest = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as Manifest;
const [listed] = manifest.files;
if (listed === undefined) throw new Error('model.json lists no file');
const content = readFileSync(join(folder, listed.path));

const sha256 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

function chunkLeaf(path: string, index: number, chunk: Uint8Array): Buffer {
  const head = Buffer.alloc(5 + path.length + 8);
  head.writeUInt32BE(path.length, 1);
  head.write(path, 5, 'ascii');
  head.writeBigUInt64BE(BigInt(index), 5 + path.length);
  return sha256(head, chunk);
}

function rootOf(level: Buffer[]): Buffer {
  const [first, second] = level;
  if (first === undefined) return Buffer.alloc(32);
  if (second === undefined) return first;
  const next: Buffer[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const [left, right] = level.slice(i, i + 2);
    if (left === undefined) continue;
    next.push(right === undefined ? left : sha256(Buffer.of(1), left, right));
  }
  return rootOf(next);
}

describe('the committed model', () => {
  it('has the size and the sha256 that model.json and the sha256 file state', () => {
    const digest = sha256(content).toString('hex');
    expect(content.length).toBe(listed.size);
    expect(digest).toBe(listed.sha256);
    expect(readFileSync(join(folder, 'sha256'), 'utf8')).toBe(`${digest}  ${listed.path}\n`);
  });

  it('stays below eight million bytes', () => {
    expect(content.length).toBeLessThan(8_000_000);
  });

  it('hashes, chunk by chunk, to the weights root it is registered by', () => {
    const leaves: Buffer[] = [];
    for (let at = 0; at < content.length; at += manifest.chunk_size) {
      const chunk = content.subarray(at, at + manifest.chunk_size);
      leaves.push(chunkLeaf(listed.path, leaves.length, chunk));
    }
    expect(rootOf(leaves).toString('hex')).toBe(manifest.weights_root);
  });
});
