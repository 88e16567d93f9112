/** What an engine is asked: canonical input tokens, a bound, and texts that end the answer. */
export interface Generation {
  tokens: readonly number[];
  maxOutputTokens: number;
  /** The answer ends before the first of these; at most four, none empty. */
  stop: readonly string[];
}

/** Why an answer ended: its own end or a stop text, or the bound. Numbers on the wire: 1 stop, 2 length. */
export type FinishReason = 'stop' | 'length';

/**
 * A whole answer. `tokenIds` are the tokens computed and paid for, without the token that ends a turn;
 * `text` is what the client reads: it ends before a stop text although the tokens of that text are counted.
 */
export interface Answer {
  tokenIds: number[];
  text: string;
  finishReason: FinishReason;
}

/** What stands behind the port, for logs and readiness. */
export interface EngineDescription {
  kind: 'llama' | 'http' | 'toy';
  model: string;
  contextLimit: number;
}

/** Computes greedy answers: the same input gives the same answer, on every run and every node of an echelon. */
export interface Engine {
  describe(): EngineDescription;
  /** Rejects with the signal's reason once it aborts; `PermanentError` when the input can never be answered. */
  generate(generation: Generation, signal?: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}
