import { z } from 'zod';
import { jobsConfig } from '#libs/jobs';
import { baseConfig, ConfigError, parseConfig, secretFile } from '#libs/service';

const shape = {
  ...baseConfig,
  ...jobsConfig,
  GATEWAY_URL: z.url({ protocol: /^https?$/ }),
  SEQUENCER_URL: z.url({ protocol: /^https?$/ }),
  NODE_KEYS_FILE: secretFile,
  WORK_DIR: z.string().min(1),
  MODEL_DIR: z.string().min(1),
  ENGINE: z.enum(['llama', 'http', 'toy']).default('llama'),
  ENGINE_URL: z.url({ protocol: /^https?$/ }).optional(),
};

export type WorkerConfig = ReturnType<typeof loadConfig>;

/** Parsed once; `ENGINE=http` needs to know where. */
export function loadConfig() {
  const config = parseConfig(shape);
  if (config.ENGINE === 'http' && config.ENGINE_URL === undefined) {
    throw new ConfigError(['ENGINE_URL: is not set, and ENGINE is http']);
  }
  return config;
}
