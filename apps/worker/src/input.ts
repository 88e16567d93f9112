import { z } from 'zod';
import type { Runner } from './engines.js';
import type { InferPayload } from '#libs/jobs';
import { inputHashOf, paramsHashOf, toHex } from '#libs/protocol';
import { PermanentError } from '#libs/service';
import { inputContext, open } from '#libs/storage';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const plaintextSchema = z.strictObject({
  input: z.strictObject({
    schema: z.literal('atoma.input.v1'),
    salt: z.string().regex(/^[0-9a-f]{32}$/),
    template: hash,
    tokenizer: hash,
    tokens: z.array(z.number().int().min(0).max(0xffff_ffff)).min(1),
  }),
  params: z.strictObject({
    schema: z.literal('atoma.params.v1'),
    max_output_tokens: z.number().int().min(1),
    seed: z.literal('0'),
    temperature: z.literal('0'),
    stop: z.array(z.string().min(1)).max(4),
    special_tokens: z.literal('parse'),
  }),
});

export type Plaintext = z.output<typeof plaintextSchema>;

/** Opens an input and checks it against the request on chain; any difference is `PermanentError` `bad_input`. */
export function openInput(
  sealed: Uint8Array,
  of: { sealingKeySeed: Uint8Array; job: InferPayload; runner: Runner },
): Plaintext {
  const { job, runner } = of;
  const plaintext = parse(unseal(sealed, of.sealingKeySeed, job));
  const { input, params } = plaintext;
  const { model } = runner;
  const differs = [
    ['input hash', toHex(inputHashOf(input)), job.input_hash],
    ['params hash', toHex(paramsHashOf(params)), job.params_hash],
    ['input tokens', input.tokens.length, job.input_tokens],
    ['output limit', params.max_output_tokens, job.max_output_tokens],
    ['tokenizer', input.tokenizer, model.tokenizer_hash],
    ['template', input.template, model.template_hash],
  ].find(([, found, expected]) => found !== expected);
  if (differs !== undefined) throw bad(`its ${differs[0] ?? ''} is not the one on chain`);
  if (input.tokens.length + params.max_output_tokens > model.context_limit) {
    throw bad('it does not fit the context of the model');
  }
  return plaintext;
}

function unseal(sealed: Uint8Array, seed: Uint8Array, job: InferPayload): Uint8Array {
  try {
    return open(seed, sealed, inputContext(job.request, job.ticket));
  } catch (cause) {
    if (!(cause instanceof PermanentError)) throw cause;
    throw bad('it is not sealed to this node for this request', cause);
  }
}

function parse(bytes: Uint8Array): Plaintext {
  try {
    return plaintextSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    // The causes would quote the prompt, so they go no further.
    if (cause instanceof SyntaxError || cause instanceof z.ZodError) throw bad('it is malformed');
    throw cause;
  }
}

const bad = (why: string, cause?: unknown): PermanentError =>
  new PermanentError('bad_input', `the input is refused: ${why}`, { cause });
