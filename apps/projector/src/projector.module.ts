import { Module } from '@nestjs/common';

/** The projector answers /health and /ready and nothing else. */
@Module({})
export class ProjectorModule {}
