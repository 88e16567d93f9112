export * from './completion.js';
export * from './receipt.js';
export * from './timeline.js';
