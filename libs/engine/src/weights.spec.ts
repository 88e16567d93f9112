import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toHex, weightsRoot } from '#libs/protocol';
import { listModels, readModel, type Model } from './model.js';
import { verifyWeights } from './weights.js';

const CHUNK = 64;
const files = [
  { path: 'a.gguf', bytes: Buffer.alloc(200, 7) },
  { path: 'b.bin', bytes: Buffer.alloc(130, 9) },
];

let root: string;
let model: Model;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'atoma-model-'));
  const dir = join(root, 'any-name');
  await writeModel(dir, 'small-1');
  model = readModel(root, 'small-1');
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function writeModel(dir: string, id: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const { path, bytes } of files) await writeFile(join(dir, path), bytes);
  const described = {
    id,
    architecture: 'llama',
    unit: 'token',
    context_limit: 64,
    chunk_size: CHUNK,
    files: files.map(({ path, bytes }) => ({
      path,
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })),
    weights_root: toHex(
      await weightsRoot(
        files.map(({ path, bytes }) => ({ path, content: [bytes] })),
        CHUNK,
      ),
    ),
    tokenizer_hash: '11'.repeat(32),
    template_hash: '22'.repeat(32),
    metadata_uri: '',
  };
  await writeFile(join(dir, 'model.json'), JSON.stringify(described));
}

const flip = (path: string, at: number): Promise<void> => {
  const bytes = Buffer.from(files.find((file) => file.path === path)?.bytes ?? []);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return writeFile(join(model.dir, path), bytes);
};

describe('verifyWeights', () => {
  it('accepts the registered files and returns a leaf for every chunk', async () => {
    expect(await verifyWeights(model)).toHaveLength((4 + 3) * 32);
  });

  it('names the file whose content differs', async () => {
    await flip('b.bin', 70);
    await expect(verifyWeights(model)).rejects.toThrow(/^b\.bin: its sha256 differs/);
  });

  it('names the chunk when the leaves of an earlier success are given', async () => {
    const leaves = await verifyWeights(model);
    await flip('b.bin', 70);
    await expect(verifyWeights(model, leaves)).rejects.toThrow(/^b\.bin: chunk 1 /);
  });

  it('trusts remembered leaves only if they are the registered ones', async () => {
    const leaves = await verifyWeights(model);
    leaves[0] = (leaves[0] ?? 0) ^ 1;
    await expect(verifyWeights(model, leaves)).resolves.toHaveLength(7 * 32);
  });

  it('names the first missing chunk of a truncated file', async () => {
    await truncate(join(model.dir, 'a.gguf'), 130);
    await expect(verifyWeights(model)).rejects.toMatchObject({
      code: 'bad_weights',
      message: 'a.gguf: 130 bytes, 200 expected; the first bad chunk is 2',
    });
  });

  it('refuses right files under a wrong root', async () => {
    const other = { ...model, weights_root: '00'.repeat(32) };
    await expect(verifyWeights(other)).rejects.toMatchObject({ code: 'bad_weights' });
  });
});

describe('listModels', () => {
  it('refuses two folders of one id', async () => {
    await writeModel(join(root, 'second'), 'small-1');
    expect(() => listModels(root)).toThrow(expect.objectContaining({ code: 'ambiguous_model' }));
  });

  it('refuses a file path that leaves the folder', async () => {
    const described = JSON.stringify({
      ...model,
      files: [{ path: '../x.gguf', size: 1, sha256: '00'.repeat(32) }],
    });
    await writeFile(join(model.dir, 'model.json'), described);
    expect(() => readModel(root, 'small-1')).toThrow(
      expect.objectContaining({ code: 'bad_model' }),
    );
  });

  it('says that a model is unknown', () => {
    expect(() => readModel(root, 'other')).toThrow(
      expect.objectContaining({ code: 'unknown_model' }),
    );
  });
});
