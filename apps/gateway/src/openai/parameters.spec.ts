import { describe, expect, it } from 'vitest';
import { applyParameters, parameters } from './parameters.js';

const refusal = (body: Record<string, unknown>): unknown => {
  try {
    return applyParameters(body);
  } catch (error) {
    return error;
  }
};

/** Every row of the table: its kind, a value that is fine, and one that is not. */
const rows: [name: string, kind: string, fine: unknown, wrong: unknown][] = [
  ['model', 'honoured', 'tiny', undefined],
  ['messages', 'honoured', [], undefined],
  ['max_tokens', 'honoured', 1, undefined],
  ['max_completion_tokens', 'honoured', 1, undefined],
  ['stop', 'honoured', ['.'], undefined],
  ['stream', 'honoured', true, undefined],
  ['stream_options', 'honoured', {}, undefined],
  ['temperature', 'only', 0, 0.7],
  ['top_p', 'only', 1, 0.9],
  ['n', 'only', 1, 2],
  ['presence_penalty', 'only', 0, 1],
  ['frequency_penalty', 'only', 0, -1],
  ['logit_bias', 'only', {}, { 5: 1 }],
  ['logprobs', 'only', false, true],
  ['top_logprobs', 'only', 0, 3],
  ['response_format', 'only', { type: 'text' }, { type: 'json_object' }],
  ['modalities', 'only', ['text'], ['audio']],
  ['service_tier', 'only', 'auto', 'flex'],
  ['tools', 'only', [], [{ type: 'function' }]],
  ['tool_choice', 'only', 'none', 'auto'],
  ['functions', 'only', [], [{ name: 'f' }]],
  ['function_call', 'only', 'none', 'auto'],
  ['parallel_tool_calls', 'refused', null, true],
  ['audio', 'refused', null, {}],
  ['prediction', 'refused', null, {}],
  ['reasoning_effort', 'refused', null, 'low'],
  ['verbosity', 'refused', null, 'low'],
  ['web_search_options', 'refused', null, {}],
  ['seed', 'ignored', 7, undefined],
  ['user', 'ignored', 'u', undefined],
  ['metadata', 'ignored', {}, undefined],
  ['store', 'ignored', true, undefined],
  ['safety_identifier', 'ignored', 's', undefined],
  ['prompt_cache_key', 'ignored', 'k', undefined],
  ['prompt_cache_retention', 'ignored', '24h', undefined],
];

describe('applyParameters', () => {
  it('is tested for every parameter of the table', () => {
    expect(rows.map(([name]) => name).sort()).toEqual(Object.keys(parameters).sort());
  });

  it.each(rows)('%s is %s', (name, kind, fine, wrong) => {
    expect(parameters[name]?.kind).toBe(kind);
    const applied = applyParameters({ [name]: fine });
    expect(applied.honoured).toEqual(kind === 'honoured' ? { [name]: fine } : {});
    expect(applied.ignored).toEqual(kind === 'ignored' ? [name] : []);
    if (wrong !== undefined) {
      expect(refusal({ [name]: wrong })).toMatchObject({
        status: 400,
        code: 'unsupported_parameter',
        param: name,
      });
    }
  });

  it('refuses a parameter that OpenAI does not have either', () => {
    expect(refusal({ temprature: 0 })).toMatchObject({
      status: 400,
      code: 'unknown_parameter',
      param: 'temprature',
    });
  });

  it('refuses names of the prototype like any unknown one', () => {
    expect(refusal({ constructor: 1 })).toMatchObject({ code: 'unknown_parameter' });
  });
});
