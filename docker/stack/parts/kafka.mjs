import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { withLock } from '../cache.mjs';
import { StackError } from '../errors.mjs';
import { cacheDir, stackDir } from '../paths.mjs';
import { pins } from '../pins.mjs';
import { ask, run } from '../run.mjs';
import { checkDigest } from './archive.mjs';
import { mavenBase } from './maven.mjs';
import { resolvePart } from './resolve.mjs';

const PARALLEL = 6;
const JAR_TIMEOUT_MS = 120_000;

const lockText = () => readFileSync(join(stackDir, 'kafka', 'jars.lock.json'), 'utf8');

/** The folder of the jars: one per content of the lock file. */
function folder() {
  const key = createHash('sha256').update(lockText()).digest('hex').slice(0, 12);
  return join(cacheDir('kafka'), `${pins.kafka.version}-${key}`);
}

/** Runs a step that fills a work folder with jars, checks every one, and publishes it whole. */
async function publish(fill) {
  return withLock(`${folder()}.lock`, async () => {
    if (existsSync(folder())) return { value: folder() };
    const work = `${folder()}.part`;
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work, { recursive: true });
    const { jars } = JSON.parse(lockText());
    await fill(work, jars);
    for (const jar of jars) await checkDigest(join(work, basename(jar.path)), jar.sha256);
    renameSync(work, folder());
    return { value: folder() };
  });
}

async function viaMaven() {
  if ((await ask('mvn', ['--version'])) === null) return { absent: 'no mvn on the path' };
  return publish(async (work) => {
    copyFileSync(join(stackDir, 'kafka', 'pom.xml'), join(work, 'pom.xml'));
    const goal = `${pins.mavenPlugin}:copy-dependencies`;
    const args = ['-q', '-B', '-ntp', goal, '-DincludeScope=runtime', `-DoutputDirectory=${work}`];
    await run('mvn', args, { cwd: work, timeoutMs: 600_000 });
    rmSync(join(work, 'pom.xml'));
  });
}

async function fetchJar(base, jar, work) {
  const url = `${base}/${jar.path}`;
  const named = (why, cause) => new StackError('JAR_DOWNLOAD', `${url}: ${why}`, { cause });
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(JAR_TIMEOUT_MS) });
    if (!response.ok) throw named(`HTTP ${response.status}`);
    await writeFile(join(work, basename(jar.path)), Buffer.from(await response.arrayBuffer()));
  } catch (error) {
    if (error instanceof StackError) throw error;
    throw named(error.cause?.message ?? error.message, error);
  }
}

async function viaHttps() {
  const base = mavenBase();
  return publish(async (work, jars) => {
    const queue = [...jars];
    const take = async () => {
      for (let jar = queue.shift(); jar; jar = queue.shift()) await fetchJar(base, jar, work);
    };
    await Promise.all(Array.from({ length: PARALLEL }, take));
  });
}

/** The folder of Kafka's jars, each with the checksum of jars.lock.json. */
export const resolveKafkaJars = () =>
  resolvePart(
    'Kafka jars',
    [
      [
        'cache',
        async () =>
          existsSync(folder()) ? { value: folder() } : { absent: `nothing in ${folder()}` },
      ],
      ['system', viaMaven],
      ['registry', viaHttps],
    ],
    {
      todo: 'set ATOMA_MAVEN_URL to a reachable copy of Maven Central, or install mvn, and run again',
    },
  );
