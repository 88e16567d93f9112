import { expect, it } from 'vitest';
import { upcast } from './upcast.js';

const steps = {
  'a.b.v1': (body: unknown) => ({ type: 'a.b.v2', body: [body, 2] }),
  'a.b.v2': (body: unknown) => ({ type: 'a.b.v3', body: [body, 3] }),
};

it('lifts a body through every version to the newest', () => {
  expect(upcast({ type: 'a.b.v1', body: 1 }, steps)).toEqual({ type: 'a.b.v3', body: [[1, 2], 3] });
});

it('leaves the newest version and foreign types as they are', () => {
  expect(upcast({ type: 'a.b.v3', body: 1 }, steps)).toEqual({ type: 'a.b.v3', body: 1 });
  expect(upcast({ type: 'constructor', body: 1 }, steps)).toEqual({ type: 'constructor', body: 1 });
});
