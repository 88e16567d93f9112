import { canonicalJson, type JsonValue } from './canonical-json.js';
import { toHex, utf8 } from './encoding.js';
import { sha256 } from './hash.js';

/** An echelon is named by its descriptor (lower-case hex). Amounts in it may be bigints. */
export const echelonIdOf = (descriptor: Readonly<Record<string, JsonValue>>): string =>
  toHex(sha256(utf8('atoma/echelon/v1'), utf8(canonicalJson(descriptor))));

/** What a model reads, as it is hashed and sealed; hashes and the 16-byte salt in hex. */
export type ModelInput = {
  schema: 'atoma.input.v1';
  salt: string;
  template: string;
  tokenizer: string;
  tokens: number[];
};

/** How a model generates, as it is hashed and sealed: greedy in this version. */
export type ModelParams = {
  schema: 'atoma.params.v1';
  max_output_tokens: number;
  seed: '0';
  temperature: '0';
  stop: string[];
  special_tokens: 'parse';
};

export const modelInput = (fields: Omit<ModelInput, 'schema'>): ModelInput => ({
  schema: 'atoma.input.v1',
  ...fields,
});

export const modelParams = (
  fields: Pick<ModelParams, 'max_output_tokens' | 'stop'>,
): ModelParams => ({
  schema: 'atoma.params.v1',
  seed: '0',
  temperature: '0',
  special_tokens: 'parse',
  ...fields,
});

export const inputHashOf = (input: ModelInput): Uint8Array => sha256(utf8(canonicalJson(input)));

export const paramsHashOf = (params: ModelParams): Uint8Array =>
  sha256(utf8(canonicalJson(params)));
