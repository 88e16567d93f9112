import { ApiError, unavailable } from '../http/api-error.js';
import type { RequestRow } from '../read.js';

/** Retrying a final outcome costs another request: clients that retry 5xx by themselves are told not to. */
const FINAL = { 'x-should-retry': 'false' };

/** What a client hears when the contract refused the action: nothing was charged. */
export function refusedByContract(code: string): ApiError {
  switch (code) {
    case 'insufficient_balance':
      return new ApiError(
        402,
        code,
        'The balance was used up by other requests meanwhile; nothing was charged. Deposit and ask again.',
      );
    case 'fee_above_max':
      return unavailable(
        'price_moved',
        'The price rose above the fee cap before the request was taken; nothing was charged. Ask again.',
        1,
      );
    case 'market_closed':
    case 'model_unavailable':
    case 'panel_too_large':
    case 'paused':
      return unavailable(
        code,
        `The market cannot take requests now (${code}); nothing was charged.`,
        10,
      );
    case 'slice_above_collateral':
      return new ApiError(
        400,
        code,
        'This is more work than the collateral of one node covers; nothing was charged. Ask for fewer tokens.',
      );
    default:
      return new ApiError(
        502,
        'refused_by_contract',
        `The contract refused the request (${code}); nothing was charged.`,
        { headers: FINAL },
      );
  }
}

/** What a client hears of a request that ended without an answer. */
export function endedWithoutAnswer(row: RequestRow, reason: string): ApiError {
  const paidBack = `${row.refund ?? 0n} of ${row.charge_max} utoma were refunded.`;
  const where = `GET /v1/requests/${row.request} has its timeline`;
  if (row.state === 'disputed') {
    return new ApiError(
      502,
      'nodes_disagreed',
      `The nodes drawn for request ${row.request} did not agree on one output (${reason}): nothing is delivered. ` +
        `${paidBack} ${where}.`,
      { headers: FINAL },
    );
  }
  return new ApiError(
    504,
    'refunded',
    `Request ${row.request} ended without an answer (${reason}). ${paidBack} ${where}.`,
    { headers: FINAL },
  );
}

/** The call waited long enough; the request goes on. */
export const stillRunning = (request: bigint | null, limitMs: number): ApiError =>
  new ApiError(
    504,
    'answer_timeout',
    `No answer after ${Math.round(limitMs / 1_000)} s; the request goes on and is charged once. ` +
      (request === null
        ? 'Ask again with the same Idempotency-Key.'
        : `Ask again with the same Idempotency-Key, or look at GET /v1/requests/${request}.`),
    { headers: FINAL },
  );

export const neverTaken = (): ApiError =>
  unavailable(
    'not_taken',
    'The request expired before it reached the chain; nothing was charged. Ask again.',
    1,
  );
