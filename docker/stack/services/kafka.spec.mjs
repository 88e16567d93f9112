import { describe, expect, it } from 'vitest';
import { brokerProperties, clusterId } from './kafka.mjs';

describe('clusterId', () => {
  it('never starts with a dash, which the formatter would read as an option', () => {
    expect(clusterId(Buffer.alloc(16, 0xfb))).toMatch(/^[A-Za-z0-9_]/);
    expect(Buffer.from(clusterId(), 'base64url')).toHaveLength(16);
  });
});

describe('brokerProperties', () => {
  const properties = brokerProperties({ port: 1, controllerPort: 2, logDir: '/log' });

  it('keep every record for ever and make no topic by accident', () => {
    expect(properties).toMatchObject({
      'log.retention.ms': -1,
      'auto.create.topics.enable': false,
    });
  });

  it('listen on loopback only', () => {
    expect(properties.listeners).toBe('PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2');
  });
});
