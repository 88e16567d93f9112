import { Module } from '@nestjs/common';

/** The ingester answers /health and /ready and nothing else. */
@Module({})
export class IngesterModule {}
