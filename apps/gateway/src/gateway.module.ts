import { Module, type DynamicModule } from '@nestjs/common';
import type { Pool } from '#libs/database';
import { GatewaySecret } from '#libs/keys';
import type { Logger, Network } from '#libs/service';
import { CatalogueController } from './catalogue.controller.js';
import type { Changes } from './changes.js';
import { CompletionsController } from './completions.controller.js';
import { Completions } from './completions/completions.js';
import { Access } from './http/access.js';
import { RateLimiter } from './http/rate-limiter.js';
import { NodeController } from './node.controller.js';
import { Exchange } from './node/exchange.js';
import { DatabaseToken, LoggerToken } from './tokens.js';
import type { Vocabularies } from './vocabularies.js';

/** The parts that live as long as the process; whoever starts the gateway makes and stops them. */
export interface Parts {
  db: Pool;
  changes: Changes;
  vocabularies: Vocabularies;
  secret: GatewaySecret;
  network: Network;
  log: Logger;
  sequencerUrl: string;
  answerLimitMs: number;
}

@Module({})
export class GatewayModule {
  static of(parts: Parts): DynamicModule {
    const { db, secret, network, changes, log } = parts;
    return {
      module: GatewayModule,
      controllers: [CompletionsController, CatalogueController, NodeController],
      providers: [
        { provide: LoggerToken, useValue: log },
        { provide: DatabaseToken, useValue: db },
        { provide: GatewaySecret, useValue: secret },
        { provide: Access, useFactory: () => new Access(db, secret, new RateLimiter()) },
        { provide: Completions, useFactory: () => new Completions(parts) },
        {
          provide: Exchange,
          useFactory: () => new Exchange({ db, secret, network, delivered: () => changes.wake() }),
        },
      ],
    };
  }
}
