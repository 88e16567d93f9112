export * from './block-tx.js';
export * from './blocks.js';
export * from './rpc.js';
