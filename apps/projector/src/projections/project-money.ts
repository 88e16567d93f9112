import { add, put, set } from '#libs/database';
import type { Projections } from './projection.js';

export const projectMoney: Projections<
  | 'balance.credited.v1'
  | 'balance.debited.v1'
  | 'pool.changed.v1'
  | 'fee.accrued.v1'
  | 'fee.claimed.v1'
> = {
  'balance.credited.v1': ({ address, balance }) => [put('balances', { address }, { balance })],
  'balance.debited.v1': ({ address, balance }) => [put('balances', { address }, { balance })],
  'pool.changed.v1': ({ pool, total }) => [set('network', { singleton: true }, { [pool]: total })],
  'fee.accrued.v1': ({ request, ticket, epoch, amount, unclaimed }, at) => [
    put('fees', { seq: at.seq }, { request, ticket, epoch, amount, height: at.height }),
    set('tickets', { ticket }, { unclaimed }),
  ],
  'fee.claimed.v1': ({ ticket, owner, amount, through_epoch }, at) => [
    put('claims', { seq: at.seq }, { ticket, owner, amount, through_epoch, height: at.height }),
    add('tickets', { ticket }, { unclaimed: -amount }),
  ],
};
