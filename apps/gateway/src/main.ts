import 'reflect-metadata';
import { createLogger, runService } from '#libs/service';
import { loadConfig } from './config.js';
import { startGateway } from './gateway.js';

const config = loadConfig();
const log = createLogger('gateway', config.LOG_LEVEL);
await runService(log, () => startGateway(config, log));
