import { describe, expect, it } from 'vitest';
import { cacheRoot, dataDirOf } from '../paths.mjs';
import { lineOf } from '../progress.mjs';
import { summaryOf } from '../test-report.mjs';
import { agrees } from './install.mjs';
import { checkNode } from './preflight.mjs';

describe('checkNode', () => {
  it('accepts 20.19 and refuses what is older', () => {
    expect(checkNode('20.19.0').ok).toBe(true);
    expect(checkNode('24.1.0').ok).toBe(true);
    expect(checkNode('20.18.3').ok).toBe(false);
    expect(checkNode('18.20.4').ok).toBe(false);
  });
});

describe('agrees', () => {
  const entry = { version: '1.0.0', integrity: 'sha512-a' };
  const lock = (packages) => ({ packages: { '': {}, ...packages } });

  it('is true when every package of the lock is installed as locked', () => {
    expect(
      agrees(lock({ 'node_modules/a': entry }), { packages: { 'node_modules/a': entry } }),
    ).toBe(true);
  });

  it('is false for a missing package, another version or another content', () => {
    const wanted = lock({ 'node_modules/a': entry });
    expect(agrees(wanted, { packages: {} })).toBe(false);
    expect(agrees(wanted, { packages: { 'node_modules/a': { ...entry, version: '1.0.1' } } })).toBe(
      false,
    );
    expect(
      agrees(wanted, { packages: { 'node_modules/a': { ...entry, integrity: 'sha512-b' } } }),
    ).toBe(false);
  });

  it('lets optional packages of other platforms be absent', () => {
    expect(agrees(lock({ 'node_modules/a': { ...entry, optional: true } }), { packages: {} })).toBe(
      true,
    );
  });
});

describe('cacheRoot', () => {
  it('is the named folder, the system folder for root, else the cache folder of the user', () => {
    expect(cacheRoot({ ATOMA_CACHE: '/somewhere' }, 0)).toBe('/somewhere');
    expect(cacheRoot({}, 0)).toBe('/var/cache/atoma');
    expect(cacheRoot({ XDG_CACHE_HOME: '/xdg' }, 1000)).toBe('/xdg/atoma');
  });
});

describe('dataDirOf', () => {
  it('keeps stacks apart and refuses names that would leave the folder', () => {
    expect(dataDirOf('dev')).not.toBe(dataDirOf('test'));
    expect(() => dataDirOf('../x')).toThrow(TypeError);
  });
});

describe('progress', () => {
  it('says elapsed and expected time of long work, and nothing at the start of short work', () => {
    const about = { part: 'wasmd', expectedMs: 620_000 };
    expect(lineOf({ ...about, phase: 'tick', elapsedMs: 90_000, detail: 'compiling' })).toBe(
      '  .. wasmd - compiling: 90 s (usually 10 min 20 s)',
    );
    expect(lineOf({ part: 'redis', phase: 'start', elapsedMs: 0 })).toBeNull();
  });
});

describe('the closing line of npm test', () => {
  const ok = { step: 'unit', ms: 1, passed: 3, failed: 0, skipped: 0 };

  it('sums all steps', () => {
    const { closing } = summaryOf([ok, { ...ok, step: 'lint', passed: 0, failed: 1 }], String);
    expect(closing).toBe('3 passed, 1 failed');
  });
});
