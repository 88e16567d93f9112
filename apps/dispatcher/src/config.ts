import { z } from 'zod';
import { databaseConfig } from '#libs/database';
import { jobsConfig } from '#libs/jobs';
import { baseConfig, parseConfig } from '#libs/service';

/** The tickets a dispatcher ships for; null means every ticket there is. */
export type Tickets = readonly bigint[] | null;

const tickets = z
  .string()
  .regex(/^(all|[1-9]\d{0,19}(,[1-9]\d{0,19})*)$/)
  .transform((text): Tickets => (text === 'all' ? null : text.split(',').map(BigInt)));

const shape = { ...baseConfig, ...databaseConfig, ...jobsConfig, TICKETS: tickets };

export type DispatcherConfig = ReturnType<typeof loadConfig>;

export const loadConfig = () => parseConfig(shape);
