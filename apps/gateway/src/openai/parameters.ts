import { invalid } from '../http/api-error.js';

/**
 * What this gateway does with a parameter of `POST /v1/chat/completions`:
 * `honoured` is parsed and acted on; `ignored` has no effect and is named in `x-atoma-ignored`;
 * `only` is taken with the values under which it changes nothing; `refused` is refused with whatever value.
 */
export type Rule =
  | { kind: 'honoured' }
  | { kind: 'ignored' }
  | { kind: 'only'; allowed: readonly unknown[]; why: string }
  | { kind: 'refused'; why: string };

const honoured: Rule = { kind: 'honoured' };
const ignored: Rule = { kind: 'ignored' };
const only = (allowed: readonly unknown[], why: string): Rule => ({ kind: 'only', allowed, why });
const refused = (why: string): Rule => ({ kind: 'refused', why });

const GREEDY = 'outputs are compared byte for byte, so decoding is greedy';
const ONE = 'a request buys one completion; ask again for another';
const TEXT = 'the models here read and write text';
const TOOLS = 'tools are not served';
const LOGPROBS = 'log probabilities are not part of the agreed output';

/** Every parameter of OpenAI's chat completions API; one that is not here is unknown. */
export const parameters: Readonly<Record<string, Rule>> = {
  model: honoured,
  messages: honoured,
  max_tokens: honoured,
  max_completion_tokens: honoured,
  stop: honoured,
  stream: honoured,
  stream_options: honoured,
  temperature: only([0], GREEDY),
  top_p: only([1], GREEDY),
  n: only([1], ONE),
  presence_penalty: only([0], GREEDY),
  frequency_penalty: only([0], GREEDY),
  logit_bias: only([{}], GREEDY),
  logprobs: only([false], LOGPROBS),
  top_logprobs: only([0], LOGPROBS),
  response_format: only([{ type: 'text' }], 'structured output is not served'),
  modalities: only([['text']], TEXT),
  service_tier: only(['auto', 'default'], 'there is one tier'),
  tools: only([[]], TOOLS),
  tool_choice: only(['none'], TOOLS),
  functions: only([[]], TOOLS),
  function_call: only(['none'], TOOLS),
  parallel_tool_calls: refused(TOOLS),
  audio: refused(TEXT),
  prediction: refused('predicted outputs are not served'),
  reasoning_effort: refused('the models here do not reason in the open'),
  verbosity: refused('use max_completion_tokens to bound the output'),
  web_search_options: refused('there is no web search'),
  seed: ignored,
  user: ignored,
  metadata: ignored,
  store: ignored,
  safety_identifier: ignored,
  prompt_cache_key: ignored,
  prompt_cache_retention: ignored,
};

/** Splits a body by the table: what is honoured, and the names of what is ignored. `null` counts as absent. */
export function applyParameters(body: Record<string, unknown>): {
  honoured: Record<string, unknown>;
  ignored: string[];
} {
  const kept: Record<string, unknown> = {};
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(body)) {
    const rule = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (rule === undefined) {
      throw invalid(
        'unknown_parameter',
        `Unknown parameter: '${name.slice(0, 64)}'. Remove it.`,
        name,
      );
    }
    if (value === null || value === undefined) continue;
    if (rule.kind === 'honoured') kept[name] = value;
    if (rule.kind === 'ignored') dropped.push(name);
    refuseUnsupported(name, rule, value);
  }
  return { honoured: kept, ignored: dropped };
}

function refuseUnsupported(name: string, rule: Rule, value: unknown): void {
  if (rule.kind === 'refused') {
    throw invalid(
      'unsupported_parameter',
      `'${name}' is not supported: ${rule.why}. Remove it.`,
      name,
    );
  }
  if (rule.kind === 'only' && !rule.allowed.some((allowed) => isSame(allowed, value))) {
    const allowed = rule.allowed.map((item) => JSON.stringify(item)).join(' or ');
    throw invalid(
      'unsupported_parameter',
      `'${name}' is supported only as ${allowed}: ${rule.why}.`,
      name,
    );
  }
}

const isSame = (allowed: unknown, value: unknown): boolean =>
  JSON.stringify(allowed) === JSON.stringify(value);
