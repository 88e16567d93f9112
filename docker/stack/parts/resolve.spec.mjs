import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StackError } from '../errors.mjs';
import { resolvePart } from './resolve.mjs';

describe('resolvePart', () => {
  beforeEach(() => vi.stubEnv('ATOMA_NO_SYSTEM_TOOLS', ''));
  afterEach(() => vi.unstubAllEnvs());

  const has = (value) => async () => ({ value });
  const lacks = (absent) => async () => ({ absent });

  it('takes the first source that has the part and asks no later one', async () => {
    const registry = vi.fn(has('wheel'));
    const sources = [
      ['cache', lacks('empty')],
      ['system', has('java')],
      ['registry', registry],
    ];
    expect(await resolvePart('Java', sources)).toEqual({ value: 'java', source: 'system' });
    expect(registry).not.toHaveBeenCalled();
  });

  it('skips tools of the system when they are switched off', async () => {
    vi.stubEnv('ATOMA_NO_SYSTEM_TOOLS', '1');
    const sources = [
      ['cache', lacks('empty')],
      ['system', has('java')],
      ['registry', has('wheel')],
    ];
    expect(await resolvePart('Java', sources)).toEqual({ value: 'wheel', source: 'registry' });
  });

  it('goes on to the next source after a named failure', async () => {
    const broken = async () => {
      throw new StackError('CHECKSUM', 'not the pinned file');
    };
    expect(
      (
        await resolvePart('jars', [
          ['system', broken],
          ['registry', has('jars')],
        ])
      ).source,
    ).toBe('registry');
  });

  it('says what every source said and what to do when none has the part', async () => {
    const found = resolvePart(
      'Java',
      [
        ['cache', lacks('empty')],
        ['registry', lacks('offline')],
      ],
      { todo: 'install it' },
    );
    await expect(found).rejects.toMatchObject({
      code: 'PART_MISSING',
      message: 'Java is not available:\n  cache: empty\n  registry: offline',
      todo: 'install it',
    });
  });

  it('does not swallow a failure nobody named', async () => {
    const bug = async () => {
      throw new TypeError('a defect');
    };
    await expect(resolvePart('Java', [['cache', bug]])).rejects.toThrow(TypeError);
  });
});
