import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { canonicalAddress, createBlockClient } from '#libs/chain';
import { acquireLease } from '#libs/database';
import {
  ensureTopic,
  genesisTip,
  logTail,
  openLogWriter,
  type LogAddress,
  type Tip,
} from '#libs/log';
import {
  InvariantViolation,
  loadNetwork,
  Readiness,
  registerHealth,
  type Logger,
  type Network,
  type Running,
} from '#libs/service';
import type { IngesterConfig } from './config.js';
import { Ingester } from './ingester.js';
import { IngesterModule } from './ingester.module.js';

/** Heights behind the chain that are still called keeping up. */
const LAG_HEIGHTS_MAX = 20n;

interface Parts {
  config: IngesterConfig;
  network: Network;
  readiness: Readiness;
  log: Logger;
}

/** Serves its health at once, waits for the ingester's lease, then copies the chain to the log until stopped. */
export async function startIngester(config: IngesterConfig, log: Logger): Promise<Running> {
  const readiness = new Readiness(['lease', 'lag']);
  const app = await serve(config, readiness);
  const stopping = new AbortController();
  const network = loadNetwork(config.NETWORK_FILE);
  const failed = lead({ config, network, readiness, log }, stopping.signal);
  return {
    failed,
    stop: async () => {
      stopping.abort();
      await app.close();
    },
  };
}

/** Leads until it fails; after a stop it never settles. */
async function lead(parts: Parts, signal: AbortSignal): Promise<never> {
  const { config, readiness } = parts;
  const lease = await acquireLease({
    url: config.DATABASE_URL,
    role: 'ingester',
    holder: randomUUID(),
    signal,
  });
  readiness.set('lease', true, `term ${lease.term}`);
  try {
    await Promise.race([copy(parts, lease.term, signal), lease.lost]);
  } finally {
    await lease.release();
  }
  return await new Promise<never>(() => undefined);
}

async function copy(
  { config, network, readiness, log }: Parts,
  term: bigint,
  signal: AbortSignal,
): Promise<void> {
  const address = { brokers: config.KAFKA_BROKERS, topic: config.LOG_TOPIC };
  await ensureTopic(address);
  const tip = await tipOfLog(address, network);
  log.info({ height: `${tip.height}`, seq: `${tip.seq}`, term: `${term}` }, 'continuing the log');
  const writer = await openLogWriter(address, { contract: network.contract, term });
  try {
    await new Ingester({
      blocks: createBlockClient(network),
      writer,
      tip,
      chainId: network.chain_id,
      watched: { contract: network.contract, posters: config.POSTERS },
      pollMs: config.POLL_MS,
      log,
      onProgress: ({ chain, logged }) =>
        readiness.set(
          'lag',
          chain - logged <= LAG_HEIGHTS_MAX,
          `chain height ${chain}, logged ${logged}`,
        ),
    }).run(signal);
  } finally {
    await writer.close();
  }
}

/** The log is its own checkpoint: its last whole record says where to go on. */
async function tipOfLog(address: LogAddress, network: Network): Promise<Tip> {
  const tail = await logTail(address);
  if (tail === undefined) return genesisTip(network, canonicalAddress(network.contract));
  const { chain_id, height, block_hash: blockHash, head, seq } = tail.record;
  if (chain_id === network.chain_id) return { height, blockHash, head, seq };
  throw new InvariantViolation(
    `the log ${address.topic} is of chain ${chain_id}, the network is ${network.chain_id}`,
  );
}

async function serve(
  config: IngesterConfig,
  readiness: Readiness,
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    IngesterModule,
    new FastifyAdapter(),
    {
      logger: false,
    },
  );
  registerHealth(app.getHttpAdapter().getInstance(), readiness);
  await app.listen(config.HTTP_PORT, config.HTTP_HOST);
  return app;
}
