import 'reflect-metadata';
import { createLogger, runService } from '#libs/service';
import { loadConfig } from './config.js';
import { startSequencer } from './start.js';

const config = loadConfig();
const log = createLogger('sequencer', config.LOG_LEVEL);
await runService(log, () => startSequencer(config, log));
