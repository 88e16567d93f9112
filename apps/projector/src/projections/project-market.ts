import { put, set } from '#libs/database';
import type { Projections } from './projection.js';

export const projectMarket: Projections<
  | 'echelon.registered.v1'
  | 'model.registered.v1'
  | 'model.validated.v1'
  | 'model.available.v1'
  | 'bid.placed.v1'
  | 'market.listed.v1'
  | 'market.cleared.v1'
> = {
  'echelon.registered.v1': ({ echelon, ...values }) => [put('echelons', { echelon }, values)],
  'model.registered.v1': ({ model, ...values }, at) => [
    put('models', { model }, { ...values, state: 'proposed', registered_height: at.height }),
  ],
  'model.validated.v1': ({ model }) => [set('models', { model }, { state: 'validated' })],
  'model.available.v1': ({ model }) => [set('models', { model }, { state: 'available' })],
  'bid.placed.v1': ({ ticket, model, ...values }) => [put('bids', { ticket, model }, values)],
  'market.listed.v1': ({ model, echelon, epoch, serving }) =>
    serving.map(({ index, ...node }) =>
      put('market_nodes', { model, echelon, epoch, index }, node),
    ),
  'market.cleared.v1': ({ model, echelon, epoch, ...market }, at) => [
    put('markets', { model, echelon }, { ...market, list_epoch: epoch }),
    put('clearings', { model, echelon, epoch }, { ...market, height: at.height }),
  ],
};
