import { z } from 'zod';
import { decimal, text } from './fields.js';

const movement = z.strictObject({
  address: text,
  amount: decimal,
  balance: decimal,
  reason: text,
  request: decimal.nullable(),
  ticket: decimal.nullable(),
});

/** Balances, pools and fees; each body carries the amount that is left afterwards. */
export const moneyEvents = {
  'balance.credited.v1': movement,
  'balance.debited.v1': movement,
  'pool.changed.v1': z.strictObject({
    amount: decimal,
    pool: z.enum(['treasury', 'burned', 'reserve', 'deposits']),
    reason: text,
    total: decimal,
  }),
  'fee.accrued.v1': z.strictObject({
    amount: decimal,
    epoch: decimal,
    request: decimal,
    ticket: decimal,
    unclaimed: decimal,
  }),
  'fee.claimed.v1': z.strictObject({
    amount: decimal,
    owner: text,
    through_epoch: decimal,
    ticket: decimal,
  }),
};
