/** May succeed if tried again later: a neighbour is down, a lock is held. Retried with a capped back-off. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
}

/** Will never succeed as it stands. `code` is stable and snake_case: clients and tests branch on it. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The world contradicts what must hold (our bug, or corrupt data): the process stops rather than go on. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/** Exit status of a stopped process: 75 asks the supervisor for a restart, 1 asks for a human. */
export const exitCodeOf = (error: unknown): 1 | 75 => (error instanceof TransientError ? 75 : 1);

/** The error as log fields: name, message, code and the chain of causes, never a payload. */
export function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: String(error) };
  return {
    error: error.message,
    errorName: error.name,
    ...('code' in error ? { code: error.code } : {}),
    ...(error.cause === undefined ? {} : { cause: errorFields(error.cause) }),
    stack: error.stack,
  };
}
