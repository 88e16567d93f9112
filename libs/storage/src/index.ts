export { sealingPublicKey, workPublicKey } from './keys.js';
export { inputContext, open, outputContext, seal } from './seal.js';
export { readStored, writeOnce } from './store.js';
