import { pins } from '../pins.mjs';
import { tracked } from '../progress.mjs';
import { resolveClassArchive } from './cds.mjs';
import { resolveKafkaJars } from './kafka.mjs';
import { resolvePostgres } from './postgres.mjs';
import { resolveJava, resolveRedis } from './tools.mjs';
import { resolveWasmd } from './wasmd.mjs';

/** Reports a part and the source it came from. */
const named = (onProgress, about, resolve) =>
  tracked(onProgress, about, async (say) => {
    const { value, source } = await resolve(say);
    say(`from ${source}`);
    return value;
  });

async function kafkaTools(onProgress) {
  const [java, jars] = await Promise.all([
    named(onProgress, { part: 'java' }, resolveJava),
    named(onProgress, { part: 'kafka jars' }, resolveKafkaJars),
  ]);
  const cds = await tracked(onProgress, { part: 'kafka class archive' }, (say) =>
    resolveClassArchive({ java, jars }, say),
  );
  return { java, jars, cds };
}

/**
 * Everything the stack runs, from cache, system or registry. The chain, the longest by far, starts first; all run
 * beside each other. Failures are collected: the reader sees every missing part at once.
 * @param {import('../progress.mjs').OnProgress} [onProgress]
 * @returns {Promise<import('../index.mjs').Tools>}
 */
export async function ensureParts(onProgress) {
  const wasmdAbout = { part: 'wasmd', expectedMs: pins.wasmd.expectedSeconds * 1000 };
  const results = await Promise.allSettled([
    named(onProgress, wasmdAbout, resolveWasmd),
    named(onProgress, { part: 'redis' }, resolveRedis),
    named(onProgress, { part: 'postgres' }, resolvePostgres),
    kafkaTools(onProgress),
  ]);
  const failed = results
    .filter((result) => result.status === 'rejected')
    .map((result) => result.reason);
  if (failed.length === 1) throw failed[0];
  if (failed.length > 1)
    throw new AggregateError(failed, failed.map((reason) => reason.message).join('\n'));
  const [wasmd, redis, postgres, kafka] = results.map((result) => result.value);
  return { wasmd, redis, postgres, ...kafka };
}
