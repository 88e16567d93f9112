import 'reflect-metadata';
import { createLogger, runService } from '#libs/service';
import { loadConfig } from './config.js';
import { startIngester } from './start.js';

const config = loadConfig();
const log = createLogger('ingester', config.LOG_LEVEL);
await runService(log, () => startIngester(config, log));
