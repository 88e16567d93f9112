// Runs the model as a node does: node-llama-cpp on the CPU, ChatML, greedy decoding.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { getLlama } from 'node-llama-cpp';

export const here = dirname(fileURLToPath(import.meta.url));
export const folder = join(here, 'atoma-tiny');
export const prompts = JSON.parse(readFileSync(join(here, 'prompts.json'), 'utf8'));
export const maxTokens = 96;

export const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Loads the model on the CPU without building or downloading anything. The caller disposes of `llama`. */
export async function loadModel() {
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    logLevel: 'error',
    skipDownload: true,
  });
  const model = await llama.loadModel({ modelPath: join(folder, 'atoma-tiny.gguf') });
  return { llama, model };
}

// Without yieldEogToken an answer that ends by itself would look like one that was cut off.
const greedy = { temperature: 0, yieldEogToken: true };

/** Answers one user message greedily: `{tokens, text, finish}`, at most `maxTokens` tokens. */
export async function answer(model, prompt, threads) {
  const context = await model.createContext({ contextSize: 512, sequences: 1, threads });
  const input = model.tokenize(
    `<|im_start|>user\n${prompt}<|im_end|>\n<|im_start|>assistant\n`,
    true,
  );
  const tokens = [];
  let finish = 'length';
  for await (const token of context.getSequence().evaluate(input, greedy)) {
    if (model.isEogToken(token)) {
      finish = 'stop';
      break;
    }
    tokens.push(token);
    if (tokens.length === maxTokens) break;
  }
  await context.dispose();
  return { tokens, text: model.detokenize(tokens), finish };
}
