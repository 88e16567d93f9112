import { z } from 'zod';

const usage = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
});
const finishReason = z.enum(['stop', 'length']);

/** The `chat.completion` object: usage is what the contract settles, token for token. */
export const completionSchema = z.object({
  id: z.string().describe('chatcmpl- and the request id on chain.'),
  object: z.literal('chat.completion'),
  created: z.int().describe('Unix seconds of the block that took the request.'),
  model: z.string(),
  system_fingerprint: z.string(),
  choices: z.array(
    z.object({
      index: z.int(),
      message: z.object({ role: z.literal('assistant'), content: z.string(), refusal: z.null() }),
      logprobs: z.null(),
      finish_reason: finishReason,
    }),
  ),
  usage,
});
export type Completion = z.output<typeof completionSchema>;

/** One `chat.completion.chunk` of a stream. */
export const chunkSchema = z.object({
  id: z.string(),
  object: z.literal('chat.completion.chunk'),
  created: z.int(),
  model: z.string(),
  system_fingerprint: z.string(),
  choices: z.array(
    z.object({
      index: z.int(),
      delta: z.object({ role: z.literal('assistant').optional(), content: z.string().optional() }),
      logprobs: z.null(),
      finish_reason: finishReason.nullable(),
    }),
  ),
  usage: usage.nullable().optional(),
});
export type Chunk = z.output<typeof chunkSchema>;

/** What the agreed output and the chain's rows say; everything a completion shows. */
export interface Answer {
  request: bigint;
  createdSeconds: bigint;
  model: string;
  systemFingerprint: string;
  text: string;
  finish: 'stop' | 'length';
  inputTokens: number;
  outputTokens: number;
}

export const completionOf = (answer: Answer): Completion => ({
  id: `chatcmpl-${answer.request}`,
  object: 'chat.completion',
  created: Number(answer.createdSeconds),
  model: answer.model,
  system_fingerprint: answer.systemFingerprint,
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: answer.text, refusal: null },
      logprobs: null,
      finish_reason: answer.finish,
    },
  ],
  usage: {
    prompt_tokens: answer.inputTokens,
    completion_tokens: answer.outputTokens,
    total_tokens: answer.inputTokens + answer.outputTokens,
  },
});

/** The same completion as a stream: role, content in word groups, finish, and the usage where asked for. */
export function chunksOf(completion: Completion, includeUsage: boolean): Chunk[] {
  const { id, created, model, system_fingerprint } = completion;
  const base = { id, object: 'chat.completion.chunk' as const, created, model, system_fingerprint };
  const quiet = includeUsage ? { usage: null } : {};
  const chunk = (
    delta: Chunk['choices'][number]['delta'],
    finish: 'stop' | 'length' | null,
  ): Chunk => ({
    ...base,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...quiet,
  });
  const choice = completion.choices[0];
  const groups = wordGroups(choice?.message.content ?? '');
  return [
    chunk({ role: 'assistant', content: '' }, null),
    ...groups.map((content) => chunk({ content }, null)),
    chunk({}, choice?.finish_reason ?? 'stop'),
    ...(includeUsage ? [{ ...base, choices: [], usage: completion.usage }] : []),
  ];
}

const GROUP_CHARACTERS = 32;

/** Cuts text before spaces into groups of about 32 characters; joined they are the text again. */
export function wordGroups(text: string): string[] {
  const groups: string[] = [];
  for (const word of text.match(/\s*\S+|\s+/gu) ?? []) {
    const last = groups.at(-1);
    if (last === undefined || last.length >= GROUP_CHARACTERS) groups.push(word);
    else groups[groups.length - 1] = last + word;
  }
  return groups;
}
