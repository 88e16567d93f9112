import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { connect } from '#libs/database';
import { GatewaySecret } from '#libs/keys';
import {
  loadNetwork,
  Readiness,
  readSecret,
  registerHealth,
  type Logger,
  type Running,
} from '#libs/service';
import { Changes } from './changes.js';
import type { GatewayConfig } from './config.js';
import { Courier } from './courier.js';
import { GatewayModule, type Parts } from './gateway.module.js';
import { Failure } from './http/failure.js';
import { httpAdapter, prepareFastify } from './http/fastify.js';
import { Vocabularies } from './vocabularies.js';

/** Starts the service: HTTP, the listener for changes and the courier. `port` is where it really listens. */
export async function startGateway(
  config: GatewayConfig,
  log: Logger,
): Promise<Running & { port: number }> {
  const parts: Parts = {
    db: connect(config.DATABASE_URL, { name: 'gateway', max: 12 }),
    changes: new Changes(config.DATABASE_URL, log),
    vocabularies: new Vocabularies(config.MODEL_DIR),
    secret: new GatewaySecret(readSecret(config.GATEWAY_SECRET_FILE)),
    network: loadNetwork(config.NETWORK_FILE),
    log,
    sequencerUrl: config.SEQUENCER_URL,
    answerLimitMs: config.ANSWER_LIMIT_MS,
  };
  const readiness = new Readiness(['courier', 'models']);
  const courier = new Courier({
    ...parts,
    report: (ok, detail) => readiness.set('courier', ok, detail),
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    GatewayModule.of(parts),
    httpAdapter(),
    {
      logger: false,
      bodyParser: false,
    },
  );
  const fastify = app.getHttpAdapter().getInstance();
  prepareFastify(fastify, log);
  registerHealth(fastify, readiness);
  app.useGlobalFilters(new Failure(log));
  const models = await parts.vocabularies.loadAll();
  readiness.set('models', models.length > 0, models.join(', '));
  parts.changes.start();
  courier.start();
  await app.listen(config.HTTP_PORT, config.HTTP_HOST);
  const address = fastify.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : config.HTTP_PORT,
    failed: new Promise<never>(() => undefined),
    stop: async () => {
      fastify.server.closeAllConnections();
      await app.close();
      await courier.stop();
      await parts.changes.stop();
      await parts.vocabularies.close();
      await parts.db.end();
    },
  };
}
