import { describe, expect, it } from 'vitest';
import { drawIndices, ProtocolError, sha256 } from './index.js';

describe('a draw', () => {
  it('stops after 64 tries and goes on where it stopped', () => {
    const seed = sha256();
    const first = drawIndices(seed, { n: 1_000, count: 100 });
    expect(first.complete).toBe(false);
    expect(first.position).toBe(64);
    const second = drawIndices(seed, { n: 1_000, count: 100, from: first });
    expect(second.complete).toBe(true);
    expect(second.indices).toHaveLength(100);
    expect(new Set(second.indices).size).toBe(100);
    expect(second.indices.slice(0, first.indices.length)).toEqual(first.indices);
  });

  it('asks whether an index may join those chosen', () => {
    const drawn = drawIndices(sha256(), { n: 10, count: 3, accept: (index) => index % 2 === 0 });
    expect(drawn.indices.every((index) => index % 2 === 0)).toBe(true);
  });

  it('refuses more than the pool holds', () => {
    expect(() => drawIndices(sha256(), { n: 3, count: 4 })).toThrow(ProtocolError);
  });
});
