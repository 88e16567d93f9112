import { PermanentError } from '#libs/service';
import type { Generation } from './engine.js';

const STOP_TEXTS_MAX = 4;

/** Refuses, before any work, what cannot fit the model's context or has no meaning. */
export function checkGeneration(generation: Generation, contextLimit: number): void {
  const { tokens, maxOutputTokens, stop } = generation;
  if (tokens.length === 0)
    throw new PermanentError('empty_input', 'an input has at least one token');
  if (!Number.isSafeInteger(maxOutputTokens) || maxOutputTokens < 1) {
    throw new PermanentError(
      'bad_output_limit',
      `an answer has at least 1 token, asked ${maxOutputTokens}`,
    );
  }
  if (stop.length > STOP_TEXTS_MAX || stop.includes('')) {
    throw new PermanentError(
      'bad_stop',
      `at most ${STOP_TEXTS_MAX} stop texts, none of them empty`,
    );
  }
  if (tokens.length + maxOutputTokens > contextLimit) {
    throw new PermanentError(
      'context_exceeded',
      `${tokens.length} input and ${maxOutputTokens} output tokens exceed the context of ${contextLimit}`,
    );
  }
}

/** Where the first stop text begins, or null. */
export function stopAt(text: string, stop: readonly string[]): number | null {
  const places = stop.map((word) => text.indexOf(word)).filter((place) => place >= 0);
  return places.length === 0 ? null : Math.min(...places);
}
