import { z } from 'zod';

/** Configuration of whatever reads or writes the log: brokers as `host:port`, comma separated. */
export const logConfig = {
  KAFKA_BROKERS: z
    .string()
    .min(1)
    .transform((list) => list.split(',').map((broker) => broker.trim())),
  LOG_TOPIC: z
    .string()
    .regex(/^[a-zA-Z0-9._-]{1,200}$/)
    .default('chain.blocks.v1'),
};
