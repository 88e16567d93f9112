import { describe, expect, it } from 'vitest';
import { GasFactor } from './gas-factor.js';
import { TX_GAS_MAX } from './gas.js';

describe('the factor of asked gas', () => {
  it('lets a transaction that was asked for once ask for more, whatever others raised meanwhile', () => {
    const factor = new GasFactor();
    for (const hash of ['a', 'b', 'c']) factor.signed(hash);
    expect(['a', 'b', 'c'].map((hash) => factor.ranOut(hash, 1n))).toEqual([true, true, true]);
    expect(factor.now).toBe(2n);
  });

  it('stays raised when one succeeds that was signed before, and falls when one with it does', () => {
    const factor = new GasFactor();
    factor.signed('heavy');
    factor.signed('light');
    factor.ranOut('heavy', 1n);
    factor.succeeded('light');
    expect(factor.now).toBe(2n);
    factor.signed('heavy again');
    factor.succeeded('heavy again');
    expect(factor.now).toBe(1n);
  });

  it('ends where the gas was asked for four times or fills a block', () => {
    const factor = new GasFactor();
    for (const hash of ['once', 'twice']) {
      factor.signed(hash);
      expect(factor.ranOut(hash, 1n)).toBe(true);
    }
    factor.signed('four times');
    expect(factor.ranOut('four times', 1n)).toBe(false);
    expect(new GasFactor().ranOut('block', TX_GAS_MAX)).toBe(false);
  });
});
