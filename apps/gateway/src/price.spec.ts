import { describe, expect, it } from 'vitest';
import { priceOf } from './price.js';
import type { MarketRow, ModelRow, PricingParams } from './read.js';

const market: MarketRow = {
  model: 'tiny',
  echelon: 'ab'.repeat(32),
  price: 500_001n,
  bidders: 8,
  owners: 8,
  serving: 6,
  closed: false,
};
const model: ModelRow = {
  model: 'tiny',
  state: 'available',
  owner: 'wasm1',
  weights_root: '',
  tokenizer_hash: '',
  template_hash: '',
  context_limit: 512n,
  owner_fee_bps: 250,
  objections_until: 0n,
};
const params: PricingParams = {
  adversary_share_bps: 3_000,
  burn_bps: 100,
  dispatch_fee: 10n,
  max_draws: 1,
  max_attempts: 3,
  min_nodes: 3,
  originality_seconds: 5n,
  risk_budget: 1_000_000n,
  sampling_min: 3,
  slice_multiple: 20,
  treasury_bps: 100,
};

describe('priceOf', () => {
  // The contract's own example: contracts/core/src/request.rs, the_user_rounds_up_the_payee_down_and_nothing_is_lost.
  it('is what the contract escrows', () => {
    const price = priceOf({ input: 128, output: 64 }, { market, model, params });
    expect(price).toEqual({ n: 3, chargeMax: 291n + 8n + 3n + 3n + 10n });
  });

  it('asks for more nodes when less may be lost', () => {
    const tight = { ...params, risk_budget: 1n, adversary_share_bps: 4_000 };
    expect(priceOf({ input: 128, output: 64 }, { market, model, params: tight }).n).toBeGreaterThan(
      3,
    );
  });

  it('refuses a market with too few owners for the time being', () => {
    expect(() =>
      priceOf({ input: 1, output: 1 }, { market: { ...market, owners: 4 }, model, params }),
    ).toThrow(expect.objectContaining({ status: 503, code: 'too_few_nodes' }));
  });
});
