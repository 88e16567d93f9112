import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { eventSchemas, eventTypes } from './index.js';

interface BodySchema {
  properties?: Record<string, unknown>;
}
const file = new URL('../../../contracts/network/schema/events.json', import.meta.url);
const contract = JSON.parse(readFileSync(file, 'utf8')) as Record<string, BodySchema>;

it('knows exactly the event types that the contract can emit', () => {
  expect([...eventTypes].sort()).toEqual(Object.keys(contract).sort());
});

it.each(eventTypes)('reads exactly the fields that the contract writes into %s', (type) => {
  const fields = Object.keys(contract[type]?.properties ?? {});
  expect(Object.keys(eventSchemas[type].shape).sort()).toEqual(fields.sort());
});
