export * from './config.js';
export * from './errors.js';
export * from './health.js';
export * from './json.js';
export * from './logger.js';
export * from './network.js';
export * from './run.js';
