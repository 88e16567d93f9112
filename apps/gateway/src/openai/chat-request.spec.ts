import { describe, expect, it } from 'vitest';
import { parseChatRequest } from './chat-request.js';

const body = { model: 'tiny', messages: [{ role: 'user', content: 'Hi' }] };
const refusal = (asked: unknown): unknown => {
  try {
    return parseChatRequest(asked);
  } catch (error) {
    return error;
  }
};

describe('parseChatRequest', () => {
  it('fills in the defaults', () => {
    expect(parseChatRequest(body)).toEqual({
      model: 'tiny',
      messages: [{ role: 'user', content: 'Hi' }],
      maxOutputTokens: null,
      stop: [],
      stream: false,
      includeUsage: false,
      ignored: [],
    });
  });

  it('joins text parts and reads developer as system', () => {
    const parts = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ];
    const asked = parseChatRequest({ ...body, messages: [{ role: 'developer', content: parts }] });
    expect(asked.messages).toEqual([{ role: 'system', content: 'ab' }]);
  });

  it('takes one stop text or several', () => {
    expect(parseChatRequest({ ...body, stop: '.' }).stop).toEqual(['.']);
    expect(parseChatRequest({ ...body, stop: ['.', '!'] }).stop).toEqual(['.', '!']);
  });

  it('takes the newer name of the output limit over an equal older one', () => {
    expect(
      parseChatRequest({ ...body, max_tokens: 5, max_completion_tokens: 5 }).maxOutputTokens,
    ).toBe(5);
  });

  it.each([
    ['a body that is no object', [], 'invalid_json', null],
    ['no model', { messages: body.messages }, 'missing_required_parameter', 'model'],
    ['no messages', { model: 'tiny' }, 'missing_required_parameter', 'messages'],
    ['an empty conversation', { ...body, messages: [] }, 'invalid_value', 'messages'],
    [
      'a tool message',
      { ...body, messages: [{ role: 'tool', content: 'x' }] },
      'invalid_value',
      'messages.0.role',
    ],
    [
      'an image',
      { ...body, messages: [{ role: 'user', content: [{ type: 'image_url' }] }] },
      'invalid_value',
      'messages.0.content',
    ],
    [
      'a named speaker',
      { ...body, messages: [{ role: 'user', content: 'x', name: 'n' }] },
      'unsupported_parameter',
      'messages.0.name',
    ],
    ['no tokens of output', { ...body, max_tokens: 0 }, 'invalid_value', 'max_tokens'],
    ['a fraction of a token', { ...body, max_tokens: 1.5 }, 'invalid_value', 'max_tokens'],
    [
      'two different limits',
      { ...body, max_tokens: 1, max_completion_tokens: 2 },
      'invalid_value',
      'max_tokens',
    ],
    ['five stops', { ...body, stop: ['a', 'b', 'c', 'd', 'e'] }, 'invalid_value', 'stop'],
    [
      'stream options without a stream',
      { ...body, stream_options: { include_usage: true } },
      'invalid_value',
      'stream_options',
    ],
  ])('refuses %s', (_name, asked, code, param) => {
    expect(refusal(asked)).toMatchObject({
      status: 400,
      code,
      param,
      type: 'invalid_request_error',
    });
  });
});
