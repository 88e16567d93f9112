import { ProtocolError } from './errors.js';

/** What canonical JSON can hold here: no floats; a bigint is written as a string of decimal digits. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** The one text of a value (RFC 8785). Refuses floats, integers beyond 2^53 - 1, undefined and lone surrogates. */
export function canonicalJson(value: JsonValue): string {
  switch (typeof value) {
    case 'string':
      return textOf(value);
    case 'bigint':
      return `"${value}"`;
    case 'boolean':
      return String(value);
    case 'number':
      return numberOf(value);
    case 'object':
      if (value === null) return 'null';
      return isList(value) ? `[${value.map(canonicalJson).join(',')}]` : objectOf(value);
    case 'undefined':
    case 'function':
    case 'symbol':
      throw new ProtocolError('not_json', `JSON has no ${typeof value}`);
  }
}

// Array.isArray narrows readonly arrays to any[].
const isList = (value: object): value is readonly JsonValue[] => Array.isArray(value);

function numberOf(value: number): string {
  if (!Number.isSafeInteger(value)) {
    throw new ProtocolError('inexact_number', `a number must be a safe integer, got ${value}`);
  }
  return JSON.stringify(value);
}

function textOf(value: string): string {
  if (/\p{Surrogate}/u.test(value)) {
    throw new ProtocolError('not_json', 'a text holds half of a surrogate pair');
  }
  return JSON.stringify(value);
}

/** JavaScript compares strings by UTF-16 code units, which is the order RFC 8785 wants. */
function objectOf(value: Readonly<Record<string, JsonValue>>): string {
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, item]) => `${textOf(key)}:${canonicalJson(item)}`).join(',')}}`;
}
