import { chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../run.mjs';

export const OWNER = 'app';
export const DATABASE = 'atoma';

/** `nobody`: Postgres refuses to run as root, and making a user is not ours to do. */
const NOBODY = { uid: 65534, gid: 65534, cwd: '/' };
const identity = () => (process.getuid?.() === 0 ? NOBODY : {});

const LOCAL = ['--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync', '--no-instructions'];

/** Makes the cluster and its database once; a half-made one is made again. */
async function initialise(bin, dir) {
  const done = join(dir, 'atoma-ready');
  if (existsSync(done)) return;
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const as = identity();
  if (as.uid !== undefined) chownSync(dir, as.uid, as.gid);
  await run(join(bin, 'initdb'), ['-D', dir, '-U', OWNER, ...LOCAL], as);
  await run(join(bin, 'postgres'), ['--single', '-D', dir, 'postgres'], {
    ...as,
    input: `CREATE DATABASE ${DATABASE}\n`,
  });
  writeFileSync(done, '');
}

/** @param {import('../index.mjs').StackContext} context */
export async function preparePostgres({ tools, dataDir, ports }) {
  const dir = join(dataDir, 'postgres');
  await initialise(tools.postgres, dir);
  const settings = {
    listen_addresses: '127.0.0.1',
    port: ports.postgres,
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '128MB',
    log_line_prefix: '%m [%p] %u@%d ',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return {
    name: 'postgres',
    kind: 'infra',
    command: join(tools.postgres, 'postgres'),
    args: ['-D', dir, ...options],
    stopSignal: 'SIGINT',
    ...identity(),
    ready: {
      kind: 'postgres',
      port: ports.postgres,
      user: OWNER,
      database: DATABASE,
      timeoutMs: 60_000,
    },
  };
}
