import { z } from 'zod';
import { PermanentError, TransientError } from '#libs/service';
import type { Answer, Engine, Generation } from './engine.js';
import { checkGeneration } from './generation.js';
import type { Model } from './model.js';
import { loadVocabulary, type Vocabulary } from './vocabulary.js';

const TIMEOUT_MS = 120_000;

const completionSchema = z.object({
  choices: z
    .array(z.object({ text: z.string(), finish_reason: z.enum(['stop', 'length']) }))
    .length(1),
});

/**
 * An OpenAI-compatible server (vLLM, SGLang, llama-server): the prompt goes as token ids, greedy, and the
 * answer's text is tokenised here, with the vocabulary the chain names. Only a server run in its
 * deterministic mode gives the answers other nodes give.
 */
export async function createHttpEngine(options: { url: string; model: Model }): Promise<Engine> {
  const { model } = options;
  const vocabulary = await loadVocabulary(model);
  const url = new URL(
    'v1/completions',
    options.url.endsWith('/') ? options.url : `${options.url}/`,
  );
  return {
    describe: () => ({ kind: 'http', model: model.id, contextLimit: model.context_limit }),
    generate: async (generation, signal) => {
      checkGeneration(generation, model.context_limit);
      const body = await complete(url, requestOf(model.id, generation), signal);
      return answerOf(vocabulary, body, generation.maxOutputTokens);
    },
    close: () => vocabulary.close(),
  };
}

const requestOf = (model: string, generation: Generation): string =>
  JSON.stringify({
    model,
    prompt: generation.tokens,
    max_tokens: generation.maxOutputTokens,
    temperature: 0,
    seed: 0,
    ...(generation.stop.length === 0 ? {} : { stop: generation.stop }),
  });

async function complete(url: URL, body: string, signal: AbortSignal | undefined): Promise<unknown> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new TransientError('the engine does not answer', { cause });
  }
  if (response.ok) return response.json();
  await response.body?.cancel();
  if (response.status >= 500 || response.status === 429) {
    throw new TransientError(`the engine answered ${response.status}`);
  }
  throw new PermanentError('engine_refused', `the engine answered ${response.status}`);
}

function answerOf(vocabulary: Vocabulary, body: unknown, maxOutputTokens: number): Answer {
  const parsed = completionSchema.safeParse(body);
  const choice = parsed.data?.choices[0];
  if (choice === undefined) {
    throw new PermanentError(
      'engine_malformed',
      'the engine answered something else than a completion',
    );
  }
  const tokenIds = vocabulary.tokenize(choice.text);
  if (tokenIds.length > maxOutputTokens) {
    throw new PermanentError(
      'engine_overran',
      `${tokenIds.length} tokens of at most ${maxOutputTokens}`,
    );
  }
  return { tokenIds, text: choice.text, finishReason: choice.finish_reason };
}
