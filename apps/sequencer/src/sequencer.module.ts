import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { Logger } from '#libs/service';
import { ActionsController } from './actions.controller.js';
import { FailureFilter } from './failure.filter.js';
import { Intake } from './intake.js';

@Module({})
export class SequencerModule {
  static of(parts: { intake: Intake; log: Logger }): DynamicModule {
    return {
      module: SequencerModule,
      controllers: [ActionsController],
      providers: [
        { provide: Intake, useFactory: () => parts.intake },
        { provide: APP_FILTER, useFactory: () => new FailureFilter(parts.log) },
      ],
    };
  }
}
