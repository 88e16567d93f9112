import { describe, expect, it } from 'vitest';
import { createToyEngine } from './toy.js';

const engine = createToyEngine({ model: 'toy-1', contextLimit: 512 });

describe('the toy engine', () => {
  it('answers the same tokens the same way and other tokens another way', async () => {
    const ask = (tokens: number[]) => engine.generate({ tokens, maxOutputTokens: 100, stop: [] });
    expect(await ask([1, 2, 3])).toEqual(await ask([1, 2, 3]));
    expect(await ask([1, 2, 3])).not.toEqual(await ask([1, 2, 4]));
  });

  it('keeps the bound for every input', async () => {
    for (let first = 0; first < 50; first++) {
      const answer = await engine.generate({ tokens: [first], maxOutputTokens: 4, stop: [] });
      expect(answer.tokenIds.length).toBeLessThanOrEqual(4);
      expect(answer.finishReason === 'length' || answer.tokenIds.length > 0).toBe(true);
    }
  });

  it.each([
    [{ tokens: [], maxOutputTokens: 1, stop: [] }, 'empty_input'],
    [{ tokens: [1], maxOutputTokens: 0, stop: [] }, 'bad_output_limit'],
    [{ tokens: [1], maxOutputTokens: 1, stop: [''] }, 'bad_stop'],
    [{ tokens: [1], maxOutputTokens: 512, stop: [] }, 'context_exceeded'],
  ])('refuses %j', async (generation, code) => {
    await expect(engine.generate(generation)).rejects.toMatchObject({ code });
  });
});
