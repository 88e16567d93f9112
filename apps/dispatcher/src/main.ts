import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { connect } from '#libs/database';
import { JobQueues } from '#libs/jobs';
import { createLogger, Readiness, registerHealth, runService } from '#libs/service';
import { loadConfig } from './config.js';
import { DispatcherModule } from './dispatcher.module.js';
import { DispatcherService } from './dispatcher.service.js';

const config = loadConfig();
const log = createLogger('dispatcher', config.LOG_LEVEL);
await runService(log, async () => {
  const db = connect(config.DATABASE_URL, { name: 'dispatcher' });
  const queues = new JobQueues({ url: config.REDIS_JOBS_URL, log });
  const app = await NestFactory.create<NestFastifyApplication>(
    DispatcherModule.of({ config, log, db, queues }),
    new FastifyAdapter(),
    { logger: false },
  );
  registerHealth(app.getHttpAdapter().getInstance(), app.get(Readiness));
  await app.listen(config.HTTP_PORT, config.HTTP_HOST);
  const dispatcher = app.get(DispatcherService);
  return {
    failed: dispatcher.start(),
    stop: async () => {
      await dispatcher.stop();
      await app.close();
      await queues.close();
      await db.end();
    },
  };
});
