import { describe, expect, it } from 'vitest';
import { encodeOutput, outputDigest, rootOfDigest, toHex, type Output } from '#libs/protocol';
import { verifyCompletion } from './completion.js';

const output: Output = { finish: 'stop', tokens: [1, 2, 3], text: 'a b c' };
const event = {
  root: toHex(rootOfDigest(outputDigest(encodeOutput(output)), 3)),
  output_tokens: 3,
  finish_reason: 1,
  tickets: ['1', '4', '7'],
};

describe('verifyCompletion', () => {
  it('accepts the output that the event is about', () => {
    expect(verifyCompletion({ output, event })).toMatchObject({ ok: true, root: event.root });
  });

  it.each([
    ['another text', { ...output, text: 'a b d' }, event],
    ['another token', { ...output, tokens: [1, 2, 4] }, event],
    ['another finish reason', { ...output, finish: 'length' as const }, event],
    ['a panel of another size', output, { ...event, tickets: ['1', '4'] }],
    ['a count that was not paid', output, { ...event, output_tokens: 4 }],
  ])('refuses %s', (_name, bent, of) => {
    expect(verifyCompletion({ output: bent, event: of }).ok).toBe(false);
  });
});
