import OpenAI from 'openai';
import type { FundedKey } from '../keys.js';

/** What the client was given, in the words of the OpenAI API. */
export interface Completion {
  text: string;
  finishReason: string;
  promptTokens: number;
  completionTokens: number;
  /** From the response header; undefined if the gateway did not say. */
  request: string | undefined;
}

const ANSWER_LIMIT_MS = 180_000;

/** Asks the gateway through the official client, unmodified, and waits for the whole answer. */
export async function complete(
  gatewayUrl: string,
  key: FundedKey,
  ask: { model: string; prompt: string; maxTokens: number },
): Promise<Completion> {
  const client = new OpenAI({
    baseURL: `${gatewayUrl}/v1`,
    apiKey: key.key,
    timeout: ANSWER_LIMIT_MS,
    maxRetries: 0,
  });
  const { data, response } = await client.chat.completions
    .create({
      model: ask.model,
      messages: [{ role: 'user', content: ask.prompt }],
      max_completion_tokens: ask.maxTokens,
    })
    .withResponse();
  const choice = data.choices[0];
  return {
    text: choice?.message.content ?? '',
    finishReason: choice?.finish_reason ?? '',
    promptTokens: data.usage?.prompt_tokens ?? 0,
    completionTokens: data.usage?.completion_tokens ?? 0,
    request: response.headers.get('x-atoma-request') ?? undefined,
  };
}
