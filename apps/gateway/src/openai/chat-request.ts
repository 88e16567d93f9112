import { z } from 'zod';
import { ApiError, invalid } from '../http/api-error.js';
import { applyParameters } from './parameters.js';

const MESSAGES_MAX = 1_024;
const TOKENS_MAX = 1_048_576;

const part = z.strictObject({ type: z.literal('text'), text: z.string() });
const message = z.strictObject({
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: z.union([z.string(), z.array(part).min(1).max(64)]),
});
const tokenCount = z.int().min(1).max(TOKENS_MAX);

/** The honoured parameters of a chat completion; the others are in the table of parameters.ts. */
export const chatRequestSchema = z.strictObject({
  model: z.string().min(1).max(64).describe('A model id of GET /v1/models.'),
  messages: z.array(message).min(1).max(MESSAGES_MAX),
  max_tokens: tokenCount.optional().describe('Older name of max_completion_tokens.'),
  max_completion_tokens: tokenCount
    .optional()
    .describe(
      'Most tokens of the answer; the escrow is for this many. Default 256, or what the context leaves.',
    ),
  stop: z
    .union([z.string().min(1).max(256), z.array(z.string().min(1).max(256)).max(4)])
    .optional(),
  stream: z.boolean().default(false),
  stream_options: z
    .strictObject({
      include_usage: z.boolean().default(false),
      include_obfuscation: z.literal(false).optional(),
    })
    .optional(),
});

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** A chat completion as asked for, with defaults in place. */
export interface ChatRequest {
  model: string;
  messages: ChatMessage[];
  /** Null: the caller left it to us. */
  maxOutputTokens: number | null;
  stop: string[];
  stream: boolean;
  includeUsage: boolean;
  /** Names of parameters without effect, for `x-atoma-ignored`. */
  ignored: string[];
}

/** Parses a body; throws the `ApiError` that names the first parameter at fault. */
export function parseChatRequest(body: unknown): ChatRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ApiError(400, 'invalid_json', 'The body must be a JSON object.');
  }
  const { honoured, ignored } = applyParameters(body as Record<string, unknown>);
  const parsed = chatRequestSchema.safeParse(honoured);
  if (!parsed.success) throw refusalOf(parsed.error, honoured);
  const { data } = parsed;
  if (data.stream_options !== undefined && !data.stream) {
    throw invalid('invalid_value', "'stream_options' needs 'stream': true.", 'stream_options');
  }
  return {
    model: data.model,
    messages: data.messages.map(({ role, content }) => ({
      role: role === 'developer' ? 'system' : role,
      content: typeof content === 'string' ? content : content.map(({ text }) => text).join(''),
    })),
    maxOutputTokens: outputLimitOf(data.max_tokens, data.max_completion_tokens),
    stop: typeof data.stop === 'string' ? [data.stop] : (data.stop ?? []),
    stream: data.stream,
    includeUsage: data.stream_options?.include_usage ?? false,
    ignored,
  };
}

function outputLimitOf(older: number | undefined, newer: number | undefined): number | null {
  if (older !== undefined && newer !== undefined && older !== newer) {
    throw invalid(
      'invalid_value',
      "'max_tokens' and 'max_completion_tokens' differ; send one.",
      'max_tokens',
    );
  }
  return newer ?? older ?? null;
}

function refusalOf(error: z.ZodError, body: Record<string, unknown>): ApiError {
  const issue = error.issues[0];
  if (issue === undefined) return new ApiError(400, 'invalid_value', 'The body is not valid.');
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const name = [...issue.path, issue.keys[0] ?? ''].join('.');
    return invalid('unsupported_parameter', `'${name}' is not supported. Remove it.`, name);
  }
  if (issue.path.length === 1 && !(path in body)) {
    return invalid('missing_required_parameter', `Missing required parameter: '${path}'.`, path);
  }
  return invalid('invalid_value', `Invalid value for '${path}': ${issue.message}.`, path);
}
