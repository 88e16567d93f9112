import { describe, expect, it } from 'vitest';
import { backoffMs, sleep } from './run.js';

describe('sleep', () => {
  it('wakes at once when its signal aborts', async () => {
    const controller = new AbortController();
    const started = performance.now();
    const sleeping = sleep(60_000, controller.signal);
    controller.abort();
    await sleeping;
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('backoffMs', () => {
  it('doubles and stays under its cap', () => {
    expect([0, 1, 2, 30].map((attempt) => backoffMs(attempt))).toEqual([100, 200, 400, 5_000]);
  });
});
