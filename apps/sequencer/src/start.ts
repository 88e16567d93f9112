import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { connectChain, walletFromMnemonic } from '#libs/chain';
import { acquireLease, connect, listen, type Lease, type Pool } from '#libs/database';
import { fromHex } from '#libs/protocol';
import {
  loadNetwork,
  Readiness,
  readSecret,
  registerHealth,
  type Logger,
  type Network,
  type Running,
} from '#libs/service';
import { BeaconSource } from './beacon-source.js';
import type { SequencerConfig } from './config.js';
import { CrankMemory } from './crank-memory.js';
import { Cranks } from './cranks.js';
import { Intake } from './intake.js';
import { OrderBook } from './order-book.js';
import { Poster } from './poster.js';
import { SequencerModule } from './sequencer.module.js';
import { Sequencer } from './sequencer.js';
import type { LaneTerm } from './term.js';
import { Wake } from './wake.js';

/** Everything that lives as long as the process leads its lane. */
interface Leading {
  config: SequencerConfig;
  network: Network;
  pool: Pool;
  term: LaneTerm;
  wake: Wake;
  readiness: Readiness;
  log: Logger;
}

/** Waits for the lane's lease, then takes actions and posts them until it is stopped or the lease is lost. */
export async function startSequencer(config: SequencerConfig, log: Logger): Promise<Running> {
  const { DATABASE_URL: url, LANE: lane } = config;
  const readiness = new Readiness(['lease', 'pipeline']);
  const network = loadNetwork(config.NETWORK_FILE);
  const pool = connect(url, { name: 'sequencer' });
  const lease = await acquireLease({ url, role: `sequencer/${lane}`, holder: randomUUID() });
  readiness.set('lease', true, `term ${lease.term}`);
  log.info({ lane, term: lease.term.toString() }, 'lane taken');
  const term = { lane, role: lease.role, term: lease.term };
  const wake = new Wake();
  const leading = { config, network, pool, term, wake, readiness, log };
  const stopping = new AbortController();
  const loop = (await pipeline(leading)).run(stopping.signal);
  const app = await serve(leading);
  const listening = listen({
    url,
    name: 'sequencer applied',
    channel: 'applied',
    onNotify: () => wake.call(),
  });
  return {
    failed: failure(lease, loop, stopping.signal),
    stop: async () => {
      stopping.abort();
      await app.close();
      await loop;
      await listening.stop();
      await lease.release();
      await pool.end();
    },
  };
}

async function pipeline({
  config,
  network,
  pool,
  term,
  wake,
  readiness,
  log,
}: Leading): Promise<Sequencer> {
  const wallet = await walletFromMnemonic(readSecret(config.POSTING_KEY_FILE), network.prefix);
  const memory = new CrankMemory();
  const poster = new Poster({ pool, chain: connectChain(network), wallet, term, log });
  const beacon = new BeaconSource(config.BEACON_URL);
  const cranks = new Cranks({ db: pool, beacon, schedule: network.beacon, memory, log });
  return new Sequencer({ pool, poster, cranks, memory, term, wake, readiness, log });
}

async function serve({
  config,
  network,
  pool,
  term,
  wake,
  readiness,
  log,
}: Leading): Promise<NestFastifyApplication> {
  const book = new OrderBook(pool, {
    ...term,
    chainId: network.chain_id,
    receiptSeed: fromHex(readSecret(config.RECEIPT_KEY_FILE)),
    onPlaced: () => wake.call(),
  });
  const intake = new Intake(pool, network, book);
  const module = SequencerModule.of({ intake, log });
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), {
    logger: false,
  });
  registerHealth(app.getHttpAdapter().getInstance(), readiness);
  await app.listen(config.HTTP_PORT, config.HTTP_HOST);
  return app;
}

/** Rejects when the lease is lost or the loop breaks; a loop that was asked to end is no failure. */
async function failure(lease: Lease, loop: Promise<void>, stopping: AbortSignal): Promise<never> {
  const never = new Promise<never>(() => undefined);
  return await Promise.race([lease.lost, loop.then(() => never)]).catch((error: unknown) => {
    if (stopping.aborted) return never;
    throw error;
  });
}
