import { Module, type DynamicModule } from '@nestjs/common';
import type { Pool } from '#libs/database';
import type { JobQueues } from '#libs/jobs';
import { Readiness, type Logger } from '#libs/service';
import type { DispatcherConfig } from './config.js';
import { DispatcherService } from './dispatcher.service.js';
import { Relay } from './relay.js';

/** The parts that live as long as the process; whoever starts the dispatcher makes and closes them. */
export interface Parts {
  config: DispatcherConfig;
  log: Logger;
  db: Pool;
  queues: JobQueues;
}

@Module({})
export class DispatcherModule {
  static of({ config, log, db, queues }: Parts): DynamicModule {
    return {
      module: DispatcherModule,
      providers: [
        { provide: Readiness, useFactory: () => new Readiness(['relay']) },
        {
          provide: DispatcherService,
          inject: [Readiness],
          useFactory: (readiness: Readiness) => {
            const relay = new Relay({ db, queues, tickets: config.TICKETS, log });
            return new DispatcherService({
              relay,
              databaseUrl: config.DATABASE_URL,
              readiness,
              log,
            });
          },
        },
      ],
    };
  }
}
