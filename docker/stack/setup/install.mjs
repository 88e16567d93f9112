import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../cache.mjs';
import { cacheDir, checkout } from '../paths.mjs';
import { tracked } from '../progress.mjs';
import { run } from '../run.mjs';
import { fingerprint, isStamped } from './fingerprint.mjs';

const EXPECTED = { install: 60_000, build: 3_000 };

const at = (...parts) => join(checkout, ...parts);
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/**
 * Whether npm's record of what it installed agrees with the lock file. Optional packages may be absent: they are for
 * other platforms.
 * @param {{packages: Record<string, any>}} lock package-lock.json
 * @param {{packages: Record<string, any>}} installed node_modules/.package-lock.json
 */
export function agrees(lock, installed) {
  const wanted = Object.entries(lock.packages).filter(
    ([path]) => path !== '' && path.startsWith('node_modules/'),
  );
  return wanted.every(([path, entry]) => {
    const there = installed.packages[path];
    if (!there) return Boolean(entry.optional || entry.devOptional || entry.peer);
    return there.version === entry.version && there.integrity === entry.integrity;
  });
}

function isInstalled(stamp, digest) {
  if (isStamped(stamp, digest)) return true;
  const record = at('node_modules', '.package-lock.json');
  return existsSync(record) && agrees(readJson(at('package-lock.json')), readJson(record));
}

/** The exact packages of the lock file, without running any of their scripts. */
async function installPackages(onProgress) {
  const stamp = at('node_modules', '.atoma-lock');
  const digest = fingerprint([at('package-lock.json')]);
  if (!isInstalled(stamp, digest)) {
    const about = { part: 'npm packages', expectedMs: EXPECTED.install };
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await tracked(onProgress, about, () => run('npm', args, { cwd: checkout }));
  }
  writeFileSync(stamp, digest);
}

/** What Prisma's generator writes, when the schema has one: the step npm's ignored scripts would have done. */
async function generatePrisma(onProgress) {
  const schema = at('prisma', 'schema.prisma');
  if (!existsSync(schema)) return;
  const text = readFileSync(schema, 'utf8');
  if (!/^generator\s/m.test(text)) return;
  const output = /^\s*output\s*=\s*"([^"]+)"/m.exec(text)?.[1];
  const stamp = at('node_modules', '.atoma-prisma');
  const digest = fingerprint([schema, at('package-lock.json')]);
  if (isStamped(stamp, digest) && (output === undefined || existsSync(at('prisma', output))))
    return;
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/false' };
  await tracked(onProgress, { part: 'prisma client' }, () =>
    run(process.execPath, [at('node_modules', 'prisma', 'build', 'index.js'), 'generate'], {
      cwd: checkout,
      env,
    }),
  );
  writeFileSync(stamp, digest);
}

/** The apps and libs as JavaScript in dist, built again when a source changed. */
async function build(onProgress) {
  const stamp = at('dist', '.fingerprint');
  const digest = fingerprint([at('apps'), at('libs'), at('package.json'), at('.swcrc')]);
  if (isStamped(stamp, digest)) return;
  await tracked(onProgress, { part: 'build', expectedMs: EXPECTED.build }, () =>
    run('npm', ['run', 'build'], { cwd: checkout }),
  );
  writeFileSync(stamp, digest);
}

/**
 * Makes the checkout runnable: packages, generated client, build; each only when something it depends on changed.
 * @param {import('../progress.mjs').OnProgress} [onProgress]
 */
export async function setUp(onProgress) {
  const key = createHash('sha256').update(checkout).digest('hex').slice(0, 8);
  await withLock(join(cacheDir('build'), `setup-${key}.lock`), async () => {
    await installPackages(onProgress);
    await generatePrisma(onProgress);
    await build(onProgress);
  });
}
