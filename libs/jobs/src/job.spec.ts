import { describe, expect, it } from 'vitest';
import { jobId, parseJob, queueName } from './job.js';

const infer = {
  request: '7',
  slot: 2,
  attempt: 0,
  ticket: '18446744073709551615',
  n: 3,
  model: 'atoma-tiny-1',
  input_hash: 'ab'.repeat(32),
  params_hash: 'cd'.repeat(32),
  input_tokens: 12,
  max_output_tokens: 40,
  price: '3',
  accept_by: '1700000000',
  run: '1',
};

describe('jobs', () => {
  it('are named by their duty, without a colon', () => {
    expect(jobId('infer', { request: 7n, ticket: 3n, attempt: 1 })).toBe('infer-7-3-1');
    expect(queueName(3n)).toBe('ticket-3');
  });

  it('carry ids as bigint, whatever their size', () => {
    expect(parseJob('infer', infer).payload).toMatchObject({
      request: 7n,
      ticket: 18_446_744_073_709_551_615n,
      accept_by: 1_700_000_000n,
    });
  });

  it.each([
    ['infer', { ...infer, input_hash: 'short' }, 'input_hash'],
    ['infer', { ...infer, request: 7 }, 'request'],
    ['reveal', { request: '7', ticket: '3', attempt: 0, run: '1' }, 'slot'],
    ['cancel', { request: '7', ticket: '3', attempt: -1, reason: 'refused', run: '1' }, 'attempt'],
    ['dance', {}, 'dance'],
  ])('refuse a malformed %s', (kind, payload, where) => {
    expect(() => parseJob(kind, payload)).toThrow(
      expect.objectContaining({
        code: 'malformed_job',
        message: expect.stringContaining(where) as string,
      }),
    );
  });
});
