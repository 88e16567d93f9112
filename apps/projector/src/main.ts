import 'reflect-metadata';
import { createLogger, runService } from '#libs/service';
import { loadConfig } from './config.js';
import { startProjector } from './start.js';

const config = loadConfig();
const log = createLogger('projector', config.LOG_LEVEL);
await runService(log, () => startProjector(config, log));
