import { NotFoundException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { TransientError } from '#libs/service';
import { ApiError } from './api-error.js';
import { apiErrorOf } from './failure.js';
import { RateLimiter } from './rate-limiter.js';

const call = { method: 'GET', path: '/v1/nothing' };
const fastifyError = (statusCode: number): Error => Object.assign(new Error('x'), { statusCode });

describe('apiErrorOf', () => {
  it.each([
    ['an unknown path', new NotFoundException(), call, 404, 'unknown_url'],
    [
      'another method',
      new NotFoundException(),
      { method: 'GET', path: '/v1/chat/completions' },
      405,
      'method_not_allowed',
    ],
    [
      'another method of a path with an id',
      new NotFoundException(),
      { method: 'DELETE', path: '/v1/models/tiny' },
      405,
      'method_not_allowed',
    ],
    ['a large body', fastifyError(413), call, 413, 'request_too_large'],
    ['another media type', fastifyError(415), call, 415, 'unsupported_media_type'],
    ['a bug', new TypeError('secret detail'), call, 500, 'internal_error'],
  ])('gives %s its status and code', (...[, thrown, at, status, code]) => {
    const error = apiErrorOf(thrown, at);
    expect(error).toMatchObject({ status, code });
    expect(Object.keys(error.body().error)).toEqual(['message', 'type', 'param', 'code']);
    expect(error.message).not.toContain('secret');
  });

  it('says when to try again if a neighbour is away', () => {
    const error = apiErrorOf(new TransientError('secret detail'), call);
    expect(error).toMatchObject({ status: 503, code: 'unavailable' });
    expect(error.headers).toEqual({ 'retry-after': '2' });
    expect(error.message).not.toContain('secret');
  });

  it('names the methods that would do', () => {
    const error = apiErrorOf(new NotFoundException(), {
      method: 'GET',
      path: '/v1/chat/completions',
    });
    expect(error.headers).toEqual({ allow: 'POST' });
  });

  it.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [402, 'insufficient_quota'],
    [422, 'invalid_request_error'],
    [429, 'rate_limit_error'],
    [503, 'server_error'],
  ])('types status %i as %s', (status, type) => {
    expect(new ApiError(status, 'c', 'm').body()).toEqual({
      error: { message: 'm', type, param: null, code: 'c' },
    });
  });
});

describe('RateLimiter', () => {
  it('counts within a minute and starts anew after it', () => {
    let now = 0;
    const limiter = new RateLimiter(() => now);
    expect(limiter.take('a', 2)['x-ratelimit-remaining-requests']).toBe('1');
    limiter.take('a', 2);
    now = 30_000;
    expect(() => limiter.take('a', 2)).toThrow(
      expect.objectContaining({
        status: 429,
        code: 'rate_limit_exceeded',
        headers: expect.objectContaining({ 'retry-after': '30' }) as unknown,
      }),
    );
    expect(limiter.take('b', 2)['x-ratelimit-remaining-requests']).toBe('1');
    now = 60_000;
    expect(limiter.take('a', 2)['x-ratelimit-remaining-requests']).toBe('1');
  });
});
