import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvariantViolation } from '#libs/service';

export interface SqlFile {
  name: string;
  sql: string;
}

/** The checkout's or image's `prisma` folder, found upwards from this file: the same for sources and for dist. */
export function prismaFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'prisma', 'migrations'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new InvariantViolation('no prisma/migrations above libs/database');
    folder = parent;
  }
  return join(folder, 'prisma');
}

/** The SQL files of a folder of `prisma`, in the order of their names. */
export function sqlFiles(folder: string): SqlFile[] {
  const path = join(prismaFolder(), folder);
  return readdirSync(path)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(path, name), 'utf8') }));
}

/** Prisma's layout: `migrations/<name>/migration.sql`. */
export function migrationFiles(): SqlFile[] {
  const path = join(prismaFolder(), 'migrations');
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(path, name, 'migration.sql'), 'utf8') }));
}

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** One checksum over several files, names included. */
export const checksumOf = (files: readonly SqlFile[]): string =>
  sha256Hex(files.map((file) => `${file.name}\n${file.sql}`).join('\n'));
