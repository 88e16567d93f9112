import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, parseConfig } from './config.js';

describe('parseConfig', () => {
  const shape = { PORT: z.coerce.number().int(), DATABASE_URL: z.url(), MODE: z.enum(['a', 'b']) };

  it('names all problems at once and never a value', () => {
    const broken = () => parseConfig(shape, { PORT: 'secret-port', MODE: 'secret-mode' });
    expect(broken).toThrow(ConfigError);
    try {
      broken();
    } catch (error) {
      expect((error as ConfigError).problems.map((problem) => problem.split(':')[0])).toEqual([
        'PORT',
        'DATABASE_URL',
        'MODE',
      ]);
      expect(String(error)).not.toContain('secret');
    }
  });

  it('parses what is right', () => {
    const config = parseConfig(shape, { PORT: '80', DATABASE_URL: 'postgres://x/y', MODE: 'a' });
    expect(config).toEqual({ PORT: 80, DATABASE_URL: 'postgres://x/y', MODE: 'a' });
  });
});
