import { describe, expect, it } from 'vitest';
import { vectorCases, vectorFile } from '../../../test/support/vectors.js';
import {
  canonicalJson,
  echelonIdOf,
  inputHashOf,
  paramsHashOf,
  toHex,
  type JsonValue,
  type ModelInput,
  type ModelParams,
} from './index.js';

describe('canonical JSON', () => {
  it('matches the vectors', () => {
    type Case = { value: JsonValue; canonical: string };
    for (const c of vectorCases<Case>(vectorFile('canonical-json'), 'values')) {
      expect(canonicalJson(c.value)).toBe(c.canonical);
    }
  });

  it('names echelons, inputs and parameters', () => {
    type Named<T> = { value: T; hash: string };
    const { echelon, input, params } = vectorFile('canonical-json')['identities'] as {
      echelon: Named<Record<string, JsonValue>>;
      input: Named<ModelInput>;
      params: Named<ModelParams>;
    };
    expect(echelonIdOf(echelon.value)).toBe(echelon.hash);
    expect(toHex(inputHashOf(input.value))).toBe(input.hash);
    expect(toHex(paramsHashOf(params.value))).toBe(params.hash);
  });

  it('writes a bigint as the string of its digits', () => {
    expect(canonicalJson({ amount: 2n ** 64n })).toBe('{"amount":"18446744073709551616"}');
  });

  it('refuses what has no single text', () => {
    for (const value of [0.5, Number.NaN, 2 ** 53, '\ud800', { '\udfff': 1 }]) {
      expect(() => canonicalJson(value)).toThrow(/safe integer|surrogate/);
    }
    const absent = JSON.parse('{}') as { amount: JsonValue };
    expect(() => canonicalJson({ amount: absent.amount })).toThrow(/JSON has no undefined/);
  });
});
