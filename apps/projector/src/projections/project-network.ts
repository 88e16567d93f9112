import { put, set, type Change } from '#libs/database';
import type { Projections } from './projection.js';

const ONLY = { singleton: true };

/** Kept as it was said: rare, read by people. */
const notice = (body: object, at: { seq: bigint; height: bigint; type: string }): Change =>
  put('notices', { seq: at.seq }, { height: at.height, type: at.type, body });

export const projectNetwork: Projections<
  | 'network.instantiated.v1'
  | 'params.announced.v1'
  | 'params.changed.v1'
  | 'migration.announced.v1'
  | 'migration.applied.v1'
  | 'network.paused.v1'
  | 'clock.halted.v1'
  | 'epoch.started.v1'
  | 'round.fixed.v1'
  | 'beacon.verified.v1'
  | 'fence.raised.v1'
  | 'action.accepted.v1'
  | 'action.refused.v1'
> = {
  'network.instantiated.v1': ({ treasury, params, ...body }) => [
    put('network', ONLY, {
      ...body,
      params,
      epoch_seconds: params.epoch_seconds,
      treasury_address: treasury,
    }),
  ],
  'params.announced.v1': (body, at) => [notice(body, at)],
  'params.changed.v1': (body, at) => [
    set('network', ONLY, { params: body.params, epoch_seconds: body.params.epoch_seconds }),
    notice(body, at),
  ],
  'migration.announced.v1': (body, at) => [notice(body, at)],
  'migration.applied.v1': (body, at) => [notice(body, at)],
  'network.paused.v1': (body, at) => [
    set('network', ONLY, { paused: body.paused }),
    notice(body, at),
  ],
  'clock.halted.v1': (body, at) => [
    set('position', ONLY, { lost_total: body.lost_total }),
    notice(body, at),
  ],
  'epoch.started.v1': ({ epoch, starts_at }, at) => [
    put('epochs', { epoch }, { starts_at, height: at.height }),
  ],
  'round.fixed.v1': ({ height, round }) => [put('rounds', { height }, { round })],
  'beacon.verified.v1': ({ round, randomness }, at) => [
    put('beacons', { round }, { randomness, height: at.height }),
  ],
  'fence.raised.v1': ({ poster, lane, term }) => [put('fences', { poster, lane }, { term })],
  'action.accepted.v1': ({ digest, index, kind, signer }, at) => [
    put(
      'actions',
      { digest, seq: at.seq },
      { index, kind, signer, outcome: 'accepted', height: at.height, tx_hash: at.txHash },
    ),
  ],
  'action.refused.v1': ({ digest, index, code, signer }, at) => [
    put(
      'actions',
      { digest, seq: at.seq },
      { index, code, signer, outcome: 'refused', height: at.height, tx_hash: at.txHash },
    ),
  ],
};
