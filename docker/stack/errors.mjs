/** A failure that says what is wrong (`message`) and what the reader can do about it (`todo`). */
export class StackError extends Error {
  /**
   * @param {string} code a stable name, e.g. `PART_MISSING`
   * @param {string} message what is wrong
   * @param {{todo?: string, cause?: unknown}} [options]
   */
  constructor(code, message, options = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'StackError';
    this.code = code;
    this.todo = options.todo;
  }
}

/**
 * Prints an error for a person: the named message and the way out; a stack trace only for what nobody named.
 * @param {unknown} error
 */
export function explain(error) {
  if (!(error instanceof StackError))
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  return error.todo ? `${error.message}\n  -> ${error.todo}` : error.message;
}
