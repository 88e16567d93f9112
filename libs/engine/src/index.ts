export type { Message } from './chat-template.js';
export type { Answer, Engine, EngineDescription, FinishReason, Generation } from './engine.js';
export { createHttpEngine } from './http.js';
export { createLlamaEngine } from './llama.js';
export { listModels, readModel, type Model } from './model.js';
export { createToyEngine } from './toy.js';
export { loadVocabulary, type Vocabulary } from './vocabulary.js';
export { verifyWeights } from './weights.js';
