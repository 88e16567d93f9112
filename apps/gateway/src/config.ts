import { z } from 'zod';
import { databaseConfig } from '#libs/database';
import { baseConfig, parseConfig, secretFile } from '#libs/service';

/** What the gateway reads from its environment. */
export const gatewayConfig = {
  ...baseConfig,
  ...databaseConfig,
  SEQUENCER_URL: z.url(),
  MODEL_DIR: z.string().min(1),
  GATEWAY_SECRET_FILE: secretFile,
  /** How long a call waits for its answer; the work goes on after it. */
  ANSWER_LIMIT_MS: z.coerce.number().int().min(1_000).max(3_600_000).default(300_000),
};

export type GatewayConfig = ReturnType<typeof loadConfig>;
export const loadConfig = () => parseConfig(gatewayConfig);
