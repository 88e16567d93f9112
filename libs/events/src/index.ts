export * from './decode.js';
export * from './duty.js';
export * from './job.js';
export * from './upcast.js';
