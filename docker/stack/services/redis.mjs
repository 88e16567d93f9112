import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Jobs are re-creatable, but losing them costs time: append-only file, and never evict. */
const settings = (port, dir) => ({
  bind: '127.0.0.1',
  port,
  dir,
  appendonly: 'yes',
  appendfsync: 'everysec',
  save: '""',
  'maxmemory-policy': 'noeviction',
});

/** @param {import('../index.mjs').StackContext} context */
export async function prepareRedis({ tools, dataDir, ports }) {
  const dir = join(dataDir, 'redis');
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'redis.conf');
  writeFileSync(
    file,
    Object.entries(settings(ports.redis, dir))
      .map((entry) => `${entry.join(' ')}\n`)
      .join(''),
  );
  return {
    name: 'redis',
    kind: 'infra',
    command: tools.redis,
    args: [file],
    ready: { kind: 'redis', port: ports.redis, timeoutMs: 20_000 },
  };
}
