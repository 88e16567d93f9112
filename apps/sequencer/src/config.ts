import { databaseConfig } from '#libs/database';
import { baseConfig, parseConfig, secretFile } from '#libs/service';
import { z } from 'zod';

const schema = {
  ...baseConfig,
  ...databaseConfig,
  POSTING_KEY_FILE: secretFile,
  RECEIPT_KEY_FILE: secretFile,
  BEACON_URL: z.url(),
  LANE: z.string().regex(/^[a-z0-9-]{1,32}$/),
};

export const loadConfig = () => parseConfig(schema);
export type SequencerConfig = ReturnType<typeof loadConfig>;
