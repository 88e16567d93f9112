import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeEvent, eventTypes, MalformedEvent, UnknownEventType } from './index.js';

interface Sample {
  type: string;
  body: Record<string, unknown>;
}
const folder = new URL('../golden/', import.meta.url);
const samples = readdirSync(folder).map((file) => ({
  file,
  sample: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Sample,
}));
const decode = (type: string, body: unknown) =>
  decodeEvent({ seq: 5n, type, body: typeof body === 'string' ? body : JSON.stringify(body) });

/** The decoded body as the wire had it: bigints are decimal strings there. */
const wire = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, item: unknown) =>
      typeof item === 'bigint' ? item.toString() : item,
    ),
  );

describe('the golden corpus', () => {
  it('has a sample of every event type', () => {
    expect(samples.map(({ sample }) => sample.type)).toEqual(expect.arrayContaining(eventTypes));
  });

  it.each(samples)('decodes $file without losing a field', ({ file, sample }) => {
    const event = decode(sample.type, sample.body);
    expect(file).toBe(`${sample.type}.json`);
    expect(event.seq).toBe(5n);
    expect(wire(event.body)).toEqual(sample.body);
  });

  it.each(samples)('refuses $file with a field missing or a field more', ({ sample }) => {
    const less = Object.fromEntries(Object.entries(sample.body).slice(1));
    expect(() => decode(sample.type, less)).toThrow(MalformedEvent);
    expect(() => decode(sample.type, { ...sample.body, more: 1 })).toThrow(MalformedEvent);
  });
});

describe('decodeEvent', () => {
  it('keeps amounts beyond 2^53 exact', () => {
    const event = decode('balance.credited.v1', {
      address: 'a',
      amount: '340282366920938463463374607431768211455',
      balance: '9007199254740993',
      reason: 'deposit',
      request: null,
      ticket: null,
    });
    expect(event.body).toMatchObject({ amount: 2n ** 128n - 1n, balance: 9007199254740993n });
  });

  it('names a type it does not know', () => {
    expect(() => decode('request.imagined.v1', {})).toThrow(UnknownEventType);
    expect(() => decode('toString', {})).toThrow(UnknownEventType);
  });

  it('refuses a body that is not JSON', () => {
    expect(() => decode('model.validated.v1', '{"model"')).toThrow(MalformedEvent);
  });

  it.each(['-1', '01', '1.5', '', '0x1'])('refuses %j as a decimal', (epoch) => {
    expect(() => decode('epoch.started.v1', { epoch, starts_at: '1' })).toThrow(MalformedEvent);
  });
});
