import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../cache.mjs';
import { StackError } from '../errors.mjs';
import { cacheDir, cacheRoot } from '../paths.mjs';
import { pickPorts } from '../ports.mjs';
import { ask, run } from '../run.mjs';
import { brokerCommand, formatBroker } from '../services/kafka.mjs';
import { untilReady } from '../supervisor/probe.mjs';

const TRAIN_TIMEOUT_MS = 90_000;

/** The wheel's Java comes without the archive of its own classes, on which ours stands; it lies in our cache, so make it. */
async function ensureBaseArchive(java) {
  if (java.startsWith(cacheRoot())) await run(java, ['-Xshare:dump'], { lowPriority: true });
}

/** Runs a throw-away broker once, so that Java writes down the classes it loads. */
async function train(tools, archive) {
  const dir = `${archive}.part`;
  await ensureBaseArchive(tools.java);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const { broker, controller } = await pickPorts(['broker', 'controller']);
  const properties = await formatBroker(tools, { dir, port: broker, controllerPort: controller });
  const written = join(dir, 'kafka.jsa');
  const { command, args } = brokerCommand(tools, {
    properties,
    jvm: [`-XX:ArchiveClassesAtExit=${written}`],
  });
  const child = spawn(command, args, { stdio: 'ignore' });
  const ended = new Promise((done) => child.once('exit', done).once('error', done));
  const timer = setTimeout(() => child.kill('SIGKILL'), TRAIN_TIMEOUT_MS);
  const ready = await untilReady(
    { kind: 'kafka', port: broker },
    () => child.exitCode === null && child.signalCode === null,
  );
  child.kill('SIGTERM');
  await ended;
  clearTimeout(timer);
  if (!ready || !existsSync(written)) throw new StackError('CDS', 'Kafka wrote no class archive');
  renameSync(written, archive);
  rmSync(dir, { recursive: true, force: true });
}

/**
 * A class-data archive for this Java and these jars: Kafka is up in under a second with it. It only saves time, so
 * its absence (null) is no failure.
 * @param {{java: string, jars: string}} tools
 * @param {(detail: string) => void} say
 * @returns {Promise<string | null>}
 */
export async function resolveClassArchive(tools, say) {
  const version = (await ask(tools.java, ['-version'])) ?? '';
  const key = createHash('sha256')
    .update(`${version}\0${tools.java}\0${tools.jars}`)
    .digest('hex')
    .slice(0, 16);
  const archive = join(cacheDir('kafka'), `classes-${key}.jsa`);
  return withLock(`${archive}.lock`, async () => {
    if (existsSync(archive)) return archive;
    try {
      await train(tools, archive);
      return archive;
    } catch (error) {
      if (!(error instanceof StackError)) throw error;
      say(`not made: ${error.message.split('\n')[0]}`);
      return null;
    }
  });
}
