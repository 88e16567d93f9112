import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../cache.mjs';
import { StackError } from '../errors.mjs';
import { cacheDir, platform, stackDir } from '../paths.mjs';
import { pins } from '../pins.mjs';
import { ask, run } from '../run.mjs';
import { nameLibraryIn } from './needed.mjs';
import { resolvePart } from './resolve.mjs';
import { goVersion, resolveCc, resolveGo } from './tools.mjs';

const MAIN = 'github.com/CosmWasm/wasmd/cmd/wasmd';
const VM_MODULE = 'github.com/CosmWasm/wasmvm/v3';
const LIBRARIES = {
  'linux-x64': 'libwasmvm.x86_64.so',
  'linux-arm64': 'libwasmvm.aarch64.so',
  'darwin-arm64': 'libwasmvm.dylib',
};

/** The linker flags of wasmd's own Makefile, stripped and without the build machine's paths. */
function linkerFlags() {
  const sdk = 'github.com/cosmos/cosmos-sdk/version';
  const set = {
    [`${sdk}.Name`]: 'wasm',
    [`${sdk}.AppName`]: 'wasmd',
    [`${sdk}.Version`]: pins.wasmd.version,
    'github.com/CosmWasm/wasmd/app.Bech32Prefix': 'wasm',
  };
  return ['-s', '-w', ...Object.entries(set).map(([name, value]) => `-X ${name}=${value}`)].join(
    ' ',
  );
}

/**
 * The cache folder's name: everything that decides what the binary is.
 * @param {{sums: string, go: string, on?: string}} inputs contents of go.sum, Go's version, platform
 */
export function wasmdKey({ sums, go, on = platform }) {
  const hash = createHash('sha256')
    .update([sums, pins.wasmd.version, go, on].join('\0'))
    .digest('hex');
  return `wasmd-${pins.wasmd.version}-${hash.slice(0, 16)}`;
}

/** Where the binary for this Go version is, or will be. */
async function target(go) {
  const version = goVersion((await ask(go, ['version'])) ?? '');
  if (version === null) throw new StackError('GO_BROKEN', `${go} does not run`);
  const sums = readFileSync(join(stackDir, 'chain', 'go.sum'), 'utf8');
  return join(cacheDir('chain'), wasmdKey({ sums, go: version }));
}

/** Go's environment for a build that touches nothing outside its work folder. */
function goEnv(work, cc) {
  return {
    ...process.env,
    GOPATH: join(work, 'gopath'),
    GOMODCACHE: join(work, 'gopath', 'pkg', 'mod'),
    GOCACHE: join(work, 'gocache'),
    GOFLAGS: '-modcacherw -buildvcs=false -mod=readonly',
    GOTOOLCHAIN: 'local',
    GOWORK: 'off',
    CGO_ENABLED: '1',
    CC: cc,
  };
}

async function build({ go, cc, folder, say }) {
  const work = join(cacheDir('build'), folder.split('/').at(-1));
  const out = join(work, 'out');
  mkdirSync(out, { recursive: true });
  for (const file of ['go.mod', 'go.sum'])
    copyFileSync(join(stackDir, 'chain', file), join(work, file));
  const options = { cwd: work, env: goEnv(work, cc), lowPriority: true };
  const library = LIBRARIES[platform];
  if (!library)
    throw new StackError('PLATFORM_UNKNOWN', `the chain's VM has no library for ${platform}`);
  say('downloading modules and compiling, at low priority; caches are removed afterwards');
  const flags = [
    'build',
    '-trimpath',
    '-tags',
    'netgo',
    '-ldflags',
    linkerFlags(),
    '-o',
    join(out, 'wasmd'),
    MAIN,
  ];
  await run(go, flags, options);
  const module = (
    await run(go, ['list', '-m', '-f', '{{.Dir}}', VM_MODULE], options)
  ).stdout.trim();
  const linked = join(module, 'internal', 'api', library);
  copyFileSync(linked, join(out, library));
  chmodSync(join(out, library), 0o644);
  nameLibraryIn(join(out, 'wasmd'), linked);
  // Removed before the binary is tried: one that still looks there fails now and not on the next start.
  rmSync(join(work, 'gopath'), { recursive: true, force: true });
  await publish(out, folder);
  rmSync(work, { recursive: true, force: true });
}

/** Moves a finished build into the cache after the binary has said its version. */
async function publish(out, folder) {
  const { version } = pins.wasmd;
  const { stdout, stderr } = await run(join(out, 'wasmd'), ['version'], { env: libraryEnv(out) });
  const said = (stdout + stderr).trim();
  if (said !== version)
    throw new StackError('WASMD_VERSION', `built wasmd says ${said}, expected ${version}`);
  rmSync(folder, { recursive: true, force: true });
  renameSync(out, folder);
}

/**
 * The environment under which wasmd finds its VM library beside itself (its own rpath names a removed folder).
 * @param {string} folder
 */
export function libraryEnv(folder) {
  const name = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  return { ...process.env, [name]: folder };
}

const present = (folder) =>
  existsSync(join(folder, 'wasmd')) && existsSync(join(folder, LIBRARIES[platform] ?? '-'));

/**
 * The chain binary: from the cache, else built from the committed go.mod and go.sum with whatever Go there is.
 * @param {(detail: string) => void} say
 * @returns {Promise<{value: {bin: string, dir: string}, source: string}>}
 */
export async function resolveWasmd(say) {
  const go = (await resolveGo()).value;
  const folder = await target(go);
  const value = { bin: join(folder, 'wasmd'), dir: folder };
  return resolvePart('wasmd', [
    ['cache', async () => (present(folder) ? { value } : { absent: `nothing in ${folder}` })],
    [
      'build',
      async () => {
        const cc = (await resolveCc()).value;
        const onWait = () => say('waiting for another process that builds it');
        await withLock(
          `${folder}.lock`,
          async () => {
            if (!present(folder)) await build({ go, cc, folder, say });
          },
          { onWait },
        );
        return { value };
      },
    ],
  ]);
}
