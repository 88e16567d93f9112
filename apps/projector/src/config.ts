import { databaseConfig } from '#libs/database';
import { logConfig } from '#libs/log';
import { baseConfig, parseConfig } from '#libs/service';

const shape = { ...baseConfig, ...databaseConfig, ...logConfig };

export const loadConfig = () => parseConfig(shape);
export type ProjectorConfig = ReturnType<typeof loadConfig>;
