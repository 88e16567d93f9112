import { describe, expect, it } from 'vitest';
import { CrankMemory } from './crank-memory.js';

describe('the memory of cranks', () => {
  it('lets a crank without effect be tried again after a while', () => {
    const memory = new CrankMemory();
    memory.tried('a', 0);
    expect([memory.mayTry('a', 2_999), memory.mayTry('a', 3_000)]).toEqual([false, true]);
  });

  it('waits longer after each failure, up to a minute', () => {
    const memory = new CrankMemory();
    memory.failed('a', 0);
    expect([memory.mayTry('a', 5_999), memory.mayTry('a', 6_000)]).toEqual([false, true]);
    for (let again = 0; again < 20; again += 1) memory.failed('a', 0);
    expect([memory.mayTry('a', 59_999), memory.mayTry('a', 60_000)]).toEqual([false, true]);
  });

  it('forgets what is long over', () => {
    const memory = new CrankMemory();
    memory.tried('a', 0);
    memory.prune(3_000);
    memory.failed('a', 3_000);
    expect(memory.mayTry('a', 9_000)).toBe(true);
  });
});
