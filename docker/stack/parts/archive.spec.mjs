import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkDigest } from './archive.mjs';

describe('checkDigest', () => {
  const dir = mkdtempSync(join(tmpdir(), 'atoma-digest-'));
  const file = join(dir, 'abc');
  writeFileSync(file, 'abc');
  afterAll(() => rmSync(dir, { recursive: true }));

  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  const integrity =
    'sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==';

  it('accepts the pinned file by sha256 and by npm integrity', async () => {
    await expect(checkDigest(file, sha256)).resolves.toBeUndefined();
    await expect(checkDigest(file, integrity)).resolves.toBeUndefined();
  });

  it('refuses any other file by name', async () => {
    await expect(checkDigest(file, sha256.replace('b', 'c'))).rejects.toMatchObject({
      code: 'CHECKSUM',
    });
    await expect(checkDigest(file, integrity.replace('3a81', '3a82'))).rejects.toMatchObject({
      code: 'CHECKSUM',
    });
  });
});
