import { TransientError } from '#libs/service';

/**
 * SQLSTATEs that pass by themselves: 08 connection, 53 resources, 57P01-57P03 a server that goes or comes, 57P05 and
 * 25P03 a session cut for being silent, 40001 and 40P01 a transaction that lost to another, 55P03 a lock that is held.
 */
const PASSING_STATE = /^(08...|53...|57P0[1235]|25P03|40001|40P01|55P03)$/;

/** Errors of Node's sockets and names. */
const PASSING_SOCKET = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** What pg and its pool say, without a code, of connections that are gone or do not come. */
const PASSING_TEXT =
  /^Connection terminated|^timeout exceeded when trying to connect$|^timeout expired$|is not queryable$/;

/** What a query or connection failed with, as a `TransientError` if the same may succeed later, else as it is. */
export function databaseError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof TransientError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const isPassing =
    PASSING_STATE.test(code) || PASSING_SOCKET.has(code) || PASSING_TEXT.test(error.message);
  if (!isPassing) return error;
  return new TransientError(`the database cannot serve now: ${error.message || code}`, {
    cause: error,
  });
}
