import { randomBytes } from 'node:crypto';
import type { Queryable } from '#libs/database';
import type { ApiKey } from '#libs/keys';
import { modelInput, modelParams, type ModelInput, type ModelParams } from '#libs/protocol';
import { ApiError, invalid, unavailable } from '../http/api-error.js';
import type { ChatRequest } from '../openai/chat-request.js';
import { priceOf, type Price } from '../price.js';
import {
  findMarket,
  findModel,
  findNetwork,
  type MarketRow,
  type ModelRow,
  type NetworkRow,
} from '../read.js';
import type { Vocabularies } from '../vocabularies.js';

/** Tokens of an answer whose length the caller leaves to us: the escrow is for this many. */
export const DEFAULT_OUTPUT_TOKENS = 256;
const RETRY_SECONDS = 10;
/** Without a cap of the caller's, the price may move this much (percent) between plan and block. */
const HEADROOM_PERCENT = 125n;

/** A request that would be taken now: what is hashed, where it goes, what it costs. Nothing is written yet. */
export interface Plan {
  input: ModelInput;
  params: ModelParams;
  model: string;
  echelon: string;
  price: Price;
  /** The most the contract may charge. */
  maxFee: bigint;
}

export interface Asked {
  chat: ChatRequest;
  key: ApiKey;
  /** `x-atoma-max-fee`, in utoma. */
  feeCap: bigint | null;
}

/** Checks everything that read models and tokenizer can tell; throws the `ApiError` that says what to do. */
export async function planRequest(
  from: { db: Queryable; vocabularies: Vocabularies },
  { chat, feeCap }: Asked,
): Promise<Plan> {
  const model = await servedModel(from.db, chat.model);
  const vocabulary = await from.vocabularies.of(model.model);
  if (vocabulary === null) throw modelNotFound(chat.model);
  if (
    vocabulary.tokenizerHash !== model.tokenizer_hash ||
    vocabulary.templateHash !== model.template_hash
  ) {
    throw unavailable(
      'model_mismatch',
      `This gateway holds another tokenizer than ${model.model} registered.`,
      600,
    );
  }
  const tokens = vocabulary.tokenizeChat(chat.messages);
  const maxOutputTokens = outputLimit(chat, tokens.length, Number(model.context_limit));
  const { market, network } = await openMarket(from.db, model);
  const at = { market, model, params: network.params };
  const price = priceOf({ input: tokens.length, output: maxOutputTokens }, at);
  if (feeCap !== null && feeCap < price.chargeMax) throw capTooLow(feeCap, price.chargeMax);
  return {
    input: modelInput({
      salt: randomBytes(16).toString('hex'),
      template: model.template_hash,
      tokenizer: model.tokenizer_hash,
      tokens,
    }),
    params: modelParams({ max_output_tokens: maxOutputTokens, stop: chat.stop }),
    model: model.model,
    echelon: market.echelon,
    price,
    maxFee: feeCap ?? (price.chargeMax * HEADROOM_PERCENT) / 100n,
  };
}

export const modelNotFound = (model: string): ApiError =>
  new ApiError(
    404,
    'model_not_found',
    `The model '${model.slice(0, 64)}' does not exist here. GET /v1/models lists those that do.`,
    { param: 'model' },
  );

async function servedModel(db: Queryable, id: string): Promise<ModelRow> {
  const model = await findModel(db, id);
  if (model === null || model.state === 'removed') throw modelNotFound(id);
  if (model.state !== 'available') {
    throw unavailable(
      'model_unavailable',
      `${id} is ${model.state}: not enough nodes serve it yet.`,
      RETRY_SECONDS,
    );
  }
  return model;
}

async function openMarket(
  db: Queryable,
  model: ModelRow,
): Promise<{ market: MarketRow; network: NetworkRow }> {
  const [market, network] = [await findMarket(db, model.model), await findNetwork(db)];
  if (network === null)
    throw unavailable('not_synchronised', 'The network is not known yet.', RETRY_SECONDS);
  if (network.paused) throw unavailable('paused', 'New requests are paused by the governance.', 60);
  if (market === null || market.closed) {
    throw unavailable(
      'market_closed',
      `The market of ${model.model} is closed: too few nodes bid.`,
      RETRY_SECONDS,
    );
  }
  return { market, network };
}

function outputLimit(chat: ChatRequest, input: number, context: number): number {
  const left = context - input;
  const wanted = chat.maxOutputTokens ?? Math.min(DEFAULT_OUTPUT_TOKENS, left);
  if (wanted >= 1 && wanted <= left) return wanted;
  const asked =
    chat.maxOutputTokens === null
      ? ''
      : ` and you asked for ${chat.maxOutputTokens} tokens of output`;
  throw invalid(
    'context_length_exceeded',
    `This model's maximum context length is ${context} tokens. Your messages have ${input} tokens${asked}. ` +
      'Shorten the messages or lower max_completion_tokens.',
    'messages',
  );
}

const capTooLow = (cap: bigint, price: bigint): ApiError =>
  new ApiError(
    400,
    'fee_cap_too_low',
    `This request costs up to ${price} utoma; x-atoma-max-fee is ${cap}. Raise it or ask for fewer tokens.`,
    { param: 'x-atoma-max-fee' },
  );
