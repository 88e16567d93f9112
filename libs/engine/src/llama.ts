import type { LlamaContextSequence } from 'node-llama-cpp';
import type { Answer, Engine, FinishReason, Generation } from './engine.js';
import { checkGeneration, stopAt } from './generation.js';
import { llamaLibrary } from './llama-library.js';
import { weightsFile, type Model } from './model.js';
import { asToken, checkVocabulary, vocabularyOf, type Vocabulary } from './vocabulary.js';

/**
 * llama.cpp in this process. One sequence, one thread, greedy, the context cleared before each answer: under
 * these the same build gives the same bits (docs/decisions), so answers run one after the other.
 */
export async function createLlamaEngine(model: Model): Promise<Engine> {
  const llama = await llamaLibrary();
  const loaded = await llama.loadModel({ modelPath: weightsFile(model), gpuLayers: 0 });
  checkVocabulary(model, loaded);
  const vocabulary = vocabularyOf(model, loaded);
  const context = await loaded.createContext({
    contextSize: model.context_limit,
    batchSize: model.context_limit,
    sequences: 1,
    threads: 1,
    flashAttention: false,
  });
  const sequence = context.getSequence();
  let last: Promise<unknown> = Promise.resolve();
  return {
    describe: () => ({ kind: 'llama', model: model.id, contextLimit: model.context_limit }),
    generate: (generation, signal) => {
      checkGeneration(generation, model.context_limit);
      const answer = last.then(() => evaluate({ sequence, vocabulary, generation, signal }));
      // The next answer waits for this one, not for its outcome: that belongs to its caller.
      last = answer.catch(() => null);
      return answer;
    },
    close: async () => {
      await last;
      await context.dispose();
      await loaded.dispose();
    },
  };
}

interface Evaluation {
  sequence: LlamaContextSequence;
  vocabulary: Pick<Vocabulary, 'detokenize'>;
  generation: Generation;
  signal: AbortSignal | undefined;
}

async function evaluate(evaluation: Evaluation): Promise<Answer> {
  const { sequence, vocabulary, generation, signal } = evaluation;
  signal?.throwIfAborted();
  await sequence.clearHistory();
  const tokenIds: number[] = [];
  let end: number | null = null;
  const ended = (finishReason: FinishReason): Answer => {
    const text = vocabulary.detokenize(tokenIds);
    return { tokenIds, text: end === null ? text : text.slice(0, end), finishReason };
  };
  for await (const token of sequence.evaluate(generation.tokens.map(asToken), { temperature: 0 })) {
    signal?.throwIfAborted();
    tokenIds.push(token);
    end =
      generation.stop.length === 0
        ? null
        : stopAt(vocabulary.detokenize(tokenIds), generation.stop);
    if (end !== null) return ended('stop');
    if (tokenIds.length >= generation.maxOutputTokens) return ended('length');
  }
  // The sequence ends by itself only at a token that ends a turn, which it does not hand out.
  return ended('stop');
}
