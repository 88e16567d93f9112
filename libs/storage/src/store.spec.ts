import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStored, writeOnce } from './store.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'atoma-store-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

describe('writeOnce', () => {
  it('returns the bytes of the first writer to the second', async () => {
    await writeOnce(dir, '7-3-0', bytes('first'));
    expect(await writeOnce(dir, '7-3-0', bytes('second'))).toEqual(bytes('first'));
    expect(await readStored(dir, '7-3-0')).toEqual(bytes('first'));
  });

  it('of many writers at once one wins and all get its bytes', async () => {
    const writers = Array.from({ length: 20 }, (_, i) => writeOnce(dir, 'k', bytes(`writer ${i}`)));
    const results = await Promise.all(writers);
    expect(new Set(results.map((result) => Buffer.from(result).toString())).size).toBe(1);
    expect(await readdir(dir)).toEqual(['k']);
  });

  it('ignores what a writer that died half way left under a temporary name', async () => {
    await writeFile(join(dir, '.k.0123456789ab.tmp'), 'hal');
    expect(await readStored(dir, 'k')).toBeNull();
    expect(await writeOnce(dir, 'k', bytes('whole'))).toEqual(bytes('whole'));
  });

  it('refuses a key that leaves the directory', async () => {
    await expect(writeOnce(dir, '../k', bytes('x'))).rejects.toMatchObject({
      code: 'bad_storage_key',
    });
  });
});
