import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { canonicalAddress } from '#libs/chain';
import { acquireLease, connect, projectionSchema } from '#libs/database';
import { ensureTopic, genesisTip } from '#libs/log';
import { loadNetwork, Readiness, registerHealth, type Logger, type Running } from '#libs/service';
import type { ProjectorConfig } from './config.js';
import { watchLag } from './lag.js';
import { ProjectorModule } from './projector.module.js';
import { Projector } from './projector.js';

/** Serves its health at once, waits for the projector's lease, then applies the log until stopped. */
export async function startProjector(config: ProjectorConfig, log: Logger): Promise<Running> {
  const readiness = new Readiness(['lease', 'lag', 'parked']);
  const network = loadNetwork(config.NETWORK_FILE);
  const address = { brokers: config.KAFKA_BROKERS, topic: config.LOG_TOPIC };
  const pool = connect(config.DATABASE_URL, {
    name: 'projector',
    searchPath: projectionSchema(),
    max: 2,
  });
  const app = await serve(config, readiness);
  const stopping = new AbortController();
  const working = (async (): Promise<never> => {
    const lease = await acquireLease({
      url: config.DATABASE_URL,
      role: 'projector',
      holder: randomUUID(),
      signal: stopping.signal,
    });
    try {
      readiness.set('lease', true, `term ${lease.term}`);
      await ensureTopic(address);
      const genesis = genesisTip(network, canonicalAddress(network.contract));
      const projector = new Projector({ pool, log, address, genesis, term: lease.term });
      const watching = watchLag({ projector, address, pool, readiness, log }, stopping.signal);
      await Promise.race([projector.run(stopping.signal), lease.lost]);
      await watching;
    } finally {
      await lease.release();
    }
    return await new Promise<never>(() => undefined);
  })();
  return {
    failed: working,
    stop: async () => {
      stopping.abort();
      await app.close();
      await pool.end();
    },
  };
}

async function serve(
  config: ProjectorConfig,
  readiness: Readiness,
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    ProjectorModule,
    new FastifyAdapter(),
    {
      logger: false,
    },
  );
  registerHealth(app.getHttpAdapter().getInstance(), readiness);
  await app.listen(config.HTTP_PORT, config.HTTP_HOST);
  return app;
}
