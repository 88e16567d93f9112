import { readFileSync } from 'node:fs';

/** One case of a vector file: bytes in hex, integers that may exceed 2^53 as strings. */
export type VectorCase = Record<string, unknown>;

/** A file of contracts/vectors, which the contract's tests read too. */
export const vectorFile = (name: string): VectorCase =>
  JSON.parse(
    readFileSync(new URL(`../../contracts/vectors/${name}.json`, import.meta.url), 'utf8'),
  ) as VectorCase;

/** The cases of a group; an empty group would test nothing and is refused. */
export function vectorCases<T = VectorCase>(file: VectorCase, group: string): T[] {
  const cases = file[group];
  if (!Array.isArray(cases) || cases.length === 0) throw new Error(`${group} has no cases`);
  return cases as T[];
}
