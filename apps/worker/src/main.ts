import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger, Readiness, registerHealth, runService } from '#libs/service';
import { loadConfig } from './config.js';
import { WorkerModule } from './worker.module.js';
import { WorkerService } from './worker.service.js';

const config = loadConfig();
const log = createLogger('worker', config.LOG_LEVEL);
await runService(log, async () => {
  const app = await NestFactory.create<NestFastifyApplication>(
    WorkerModule.of(config, log),
    new FastifyAdapter(),
    { logger: false },
  );
  registerHealth(app.getHttpAdapter().getInstance(), app.get(Readiness));
  await app.listen(config.HTTP_PORT, config.HTTP_HOST);
  const worker = app.get(WorkerService);
  await worker.start();
  return {
    failed: worker.failed,
    stop: async () => {
      await worker.stop();
      await app.close();
    },
  };
});
