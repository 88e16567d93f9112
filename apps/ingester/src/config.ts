import { z } from 'zod';
import { databaseConfig } from '#libs/database';
import { logConfig } from '#libs/log';
import { baseConfig, parseConfig } from '#libs/service';

const shape = {
  ...baseConfig,
  ...databaseConfig,
  ...logConfig,
  /** Accounts whose transactions are logged though they do not call the contract; comma separated. */
  POSTERS: z
    .string()
    .default('')
    .transform((list) => list.split(',').filter((address) => address !== '')),
  /** How often the chain's tip is asked for. */
  POLL_MS: z.coerce.number().int().min(20).max(60_000).default(100),
};

export const loadConfig = () => parseConfig(shape);
export type IngesterConfig = ReturnType<typeof loadConfig>;
