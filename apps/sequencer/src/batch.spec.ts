import { describe, expect, it } from 'vitest';
import { Bisection, BATCH_BYTES_MAX, takeBatch } from './batch.js';
import { txGas, TX_GAS_MAX } from './gas.js';
import type { WaitingAction } from './tx-store.js';

const waiting = (index: bigint, bytes = 500): WaitingAction => ({
  index,
  digest: '',
  bytes,
  signed: {
    signer: { work_key: { ticket: 1n } },
    action: new Uint8Array(Buffer.from('{"commit":{}}')),
    nonce: 0n,
    expires_at: 1n,
    signature: new Uint8Array(64),
  },
});
const indexes = (actions: WaitingAction[]): bigint[] => actions.map(({ index }) => index);

describe('a batch', () => {
  it('keeps the order of the lane and stops at its count', () => {
    expect(indexes(takeBatch([waiting(4n), waiting(5n), waiting(6n)], 2))).toEqual([4n, 5n]);
  });

  it('stops before its bytes are too many', () => {
    const half = BATCH_BYTES_MAX / 2 + 1;
    expect(indexes(takeBatch([waiting(1n, half), waiting(2n, half)], 100))).toEqual([1n]);
  });

  it('is never empty while something waits', () => {
    expect(indexes(takeBatch([waiting(1n, BATCH_BYTES_MAX * 2)], 0))).toEqual([1n]);
  });
});

describe('a bisection', () => {
  it('comes down to one message and grows back', () => {
    const bisection = new Bisection(100);
    bisection.failed(9);
    expect(bisection.limit).toBe(4);
    bisection.failed(1);
    expect(bisection.limit).toBe(1);
    for (let step = 0; step < 10; step += 1) bisection.succeeded();
    expect(bisection.limit).toBe(100);
  });
});

describe('the gas of a transaction', () => {
  it('grows with its items and after one ran out, up to what a block may hold', () => {
    const one = txGas([{ draw: { requests: [1n] } }]);
    const two = txGas([{ draw: { requests: [1n, 2n] } }]);
    expect(two).toBeGreaterThan(one);
    expect(txGas([{ draw: { requests: [1n] } }], 2n)).toBe(2n * one);
    const many = Array.from({ length: 10_000 }, (_, id) => BigInt(id));
    expect(txGas([{ draw: { requests: many } }])).toBe(TX_GAS_MAX);
  });
});
