import { bpsCeil, feeCeil, panelSize, ProtocolError } from '#libs/protocol';
import { unavailable, ApiError } from './http/api-error.js';
import type { MarketRow, ModelRow, PricingParams } from './read.js';

/** What a request would cost now, by the contract's own rule (contracts/core/src/request.rs). */
export interface Price {
  n: number;
  /** The escrow: every node's fee for all tokens, the owner's fee, the protocol's take and the dispatch fee. */
  chargeMax: bigint;
}

export interface Tokens {
  input: number;
  output: number;
}

/** Prices a request in a market; throws the `ApiError` of a market that cannot serve it. */
export function priceOf(
  tokens: Tokens,
  at: { market: MarketRow; model: ModelRow; params: PricingParams },
): Price {
  const { market, model, params } = at;
  const total = BigInt(tokens.input + tokens.output);
  const nodeFee = feeCeil(total, market.price);
  const n = panelOf(market, params, nodeFee);
  const fees = BigInt(n) * nodeFee;
  const shares = [model.owner_fee_bps, params.burn_bps, params.treasury_bps];
  const added = shares.reduce((sum, bps) => sum + bpsCeil(fees, bps), 0n);
  return { n, chargeMax: fees + added + params.dispatch_fee };
}

function panelOf(market: MarketRow, params: PricingParams, nodeFee: bigint): number {
  try {
    return panelSize({
      eligible: market.owners,
      captureBps: params.adversary_share_bps,
      maxDraws: params.max_draws,
      atRisk: nodeFee,
      riskBudget: params.risk_budget,
      samplingMin: params.sampling_min,
    });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    if (error.code === 'panel_too_large') {
      throw unavailable('too_few_nodes', `${market.model}: ${error.message}. Try again later.`, 30);
    }
    throw new ApiError(400, 'out_of_range', `This request cannot be priced: ${error.message}.`, {
      cause: error,
    });
  }
}
