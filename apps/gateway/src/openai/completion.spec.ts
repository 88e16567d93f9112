import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf, completionOf, chunkSchema, completionSchema, wordGroups } from './completion.js';

const completion = completionOf({
  request: 12n,
  createdSeconds: 1_800_000_000n,
  model: 'tiny',
  systemFingerprint: 'fp_a_b',
  text: 'It was the best of times, it was the worst of times, it was late.',
  finish: 'length',
  inputTokens: 9,
  outputTokens: 17,
});
const textOf = (chunks: ReturnType<typeof chunksOf>): string =>
  chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');

describe('completionOf', () => {
  it('is what its schema says', () => {
    expect(completionSchema.parse(completion)).toEqual(completion);
    expect(completion.usage).toEqual({ prompt_tokens: 9, completion_tokens: 17, total_tokens: 26 });
  });
});

describe('chunksOf', () => {
  it('opens with the role, ends with the finish reason, and says the same text', () => {
    const chunks = chunksOf(completion, false);
    expect(chunks.every((chunk) => chunkSchema.safeParse(chunk).success)).toBe(true);
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' });
    expect(chunks.at(-1)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'length' });
    expect(chunks.length).toBeGreaterThan(3);
    expect(textOf(chunks)).toBe(completion.choices[0]?.message.content);
  });

  it('adds the usage in a last chunk without choices, only if asked', () => {
    expect(chunksOf(completion, true).at(-1)).toMatchObject({
      choices: [],
      usage: completion.usage,
    });
    expect(chunksOf(completion, true)[0]?.usage).toBeNull();
    expect(chunksOf(completion, false).some((chunk) => 'usage' in chunk)).toBe(false);
  });
});

describe('wordGroups', () => {
  it('loses and adds no character, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => wordGroups(text).join('') === text),
    );
  });
});
