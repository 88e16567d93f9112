import { describe, expect, it } from 'vitest';
import { goVersion, javaMajor, redisVersion } from './tools.mjs';
import { mavenBase, mirrorOf } from './maven.mjs';
import { wasmdKey } from './wasmd.mjs';

describe('versions of system tools', () => {
  it('are read from what each tool prints', () => {
    expect(javaMajor('openjdk version "17.0.15" 2025-04-15')).toBe(17);
    expect(javaMajor('java version "1.8.0_402"')).toBe(8);
    expect(redisVersion('Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc')).toBe('7.0.15');
    expect(redisVersion('Valkey server v=9.1.2 sha=0')).toBe('9.1.2');
    expect(goVersion('go version go1.26.8 linux/amd64')).toBe('1.26.8');
  });

  it('are null in any other text', () => {
    expect([javaMajor('hello'), redisVersion('hello'), goVersion('hello')]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe('the key of the chain binary', () => {
  const inputs = { sums: 'sums', go: '1.26.8', on: 'linux-x64' };

  it('changes with go.sum, the Go version and the platform', () => {
    const keys = [
      inputs,
      { ...inputs, sums: 'other' },
      { ...inputs, go: '1.26.6' },
      { ...inputs, on: 'linux-arm64' },
    ];
    expect(new Set(keys.map(wasmdKey)).size).toBe(4);
    expect(wasmdKey({ ...inputs })).toBe(wasmdKey(inputs));
  });
});

describe('where jars come from', () => {
  const mirror = (fields) => `<settings><mirrors><mirror>${fields}</mirror></mirrors></settings>`;
  const url = '<url>https://mirror.example/maven</url>';

  it('is the mirror that covers central', () => {
    for (const covered of ['*', 'central', 'external:*', 'other, central']) {
      expect(mirrorOf(mirror(`<mirrorOf>${covered}</mirrorOf>${url}`))).toBe(
        'https://mirror.example/maven',
      );
    }
  });

  it('is no mirror of something else, none that is blocked, none in a comment', () => {
    expect(mirrorOf(mirror(`<mirrorOf>jcenter</mirrorOf>${url}`))).toBeNull();
    expect(mirrorOf(mirror(`<mirrorOf>*,!central</mirrorOf>${url}`))).toBeNull();
    expect(mirrorOf(mirror(`<mirrorOf>*</mirrorOf>${url}<blocked>true</blocked>`))).toBeNull();
    expect(mirrorOf(`<!-- ${mirror(`<mirrorOf>*</mirrorOf>${url}`)} -->`)).toBeNull();
  });

  it('is what the environment says before anything else, without a trailing slash', () => {
    expect(mavenBase({ ATOMA_MAVEN_URL: 'https://jars.example/m2/' }, '/nonexistent')).toBe(
      'https://jars.example/m2',
    );
  });
});
