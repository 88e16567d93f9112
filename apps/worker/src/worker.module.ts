import { Module, type DynamicModule } from '@nestjs/common';
import { bullmqSource } from '#libs/jobs';
import { loadNetwork, Readiness, type Logger } from '#libs/service';
import type { WorkerConfig } from './config.js';
import { readNodeKeys } from './node-keys.js';
import { WorkerService } from './worker.service.js';

/** One node: wired here and nowhere else. */
@Module({})
export class WorkerModule {
  /** Reads keys and network at once: what is wrong with them is thrown here, before Nest could swallow it. */
  static of(config: WorkerConfig, log: Logger): DynamicModule {
    const keys = readNodeKeys(config.NODE_KEYS_FILE);
    const network = loadNetwork(config.NETWORK_FILE);
    return {
      module: WorkerModule,
      providers: [
        { provide: Readiness, useFactory: () => new Readiness(['weights', 'registered', 'jobs']) },
        {
          provide: WorkerService,
          inject: [Readiness],
          useFactory: (readiness: Readiness) => {
            const jobs = bullmqSource({ url: config.REDIS_JOBS_URL, ticket: keys.ticket, log });
            return new WorkerService({ config, log, keys, network, jobs, readiness });
          },
        },
      ],
    };
  }
}
