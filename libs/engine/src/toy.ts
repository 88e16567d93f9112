import { createHash } from 'node:crypto';
import type { Answer, Engine, Generation } from './engine.js';
import { checkGeneration, stopAt } from './generation.js';

const WORDS = [
  'ash',
  'birch',
  'cedar',
  'elm',
  'fir',
  'hazel',
  'larch',
  'maple',
  'oak',
  'pine',
  'rowan',
  'yew',
];
const LENGTH_SPREAD = 24;

/** Answers without a model, from the hash of the input: for tests of everything around an engine. */
export function createToyEngine(options: { model: string; contextLimit: number }): Engine {
  return {
    describe: () => ({ kind: 'toy', ...options }),
    generate: async (generation, signal) => {
      signal?.throwIfAborted();
      checkGeneration(generation, options.contextLimit);
      return Promise.resolve(answerOf(generation));
    },
    close: () => Promise.resolve(),
  };
}

function answerOf({ tokens, maxOutputTokens, stop }: Generation): Answer {
  const seed = createHash('sha256').update(JSON.stringify(tokens)).digest();
  const wanted = 1 + (seed.readUInt32BE(0) % LENGTH_SPREAD);
  const tokenIds: number[] = [];
  const words: string[] = [];
  while (tokenIds.length < Math.min(wanted, maxOutputTokens)) {
    const step = createHash('sha256').update(seed).update(String(tokenIds.length)).digest();
    const id = step.readUInt32BE(0) % WORDS.length;
    tokenIds.push(id);
    words.push(WORDS[id] ?? '');
    const end = stopAt(words.join(' '), stop);
    if (end !== null)
      return { tokenIds, text: words.join(' ').slice(0, end), finishReason: 'stop' };
  }
  return {
    tokenIds,
    text: words.join(' '),
    finishReason: wanted > maxOutputTokens ? 'length' : 'stop',
  };
}
