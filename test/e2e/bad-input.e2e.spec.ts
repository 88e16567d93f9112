import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectChain, queries } from '#libs/chain';
import { loadNetwork } from '#libs/service';
import type { FundedKey } from '../../apps/cli/src/keys.js';
import { fundedKey, MODEL, openNetwork, type Network } from './support.js';

interface ErrorBody {
  error: { message: string; type: string; param: string | null; code: string | null };
}

describe('a request that cannot be served', () => {
  let network: Network;
  let key: FundedKey;
  let poor: FundedKey;
  beforeAll(async () => {
    network = await openNetwork();
    key = await fundedKey(network);
    poor = await fundedKey(network, 20n);
  });
  afterAll(() => network.pool.end());

  interface Call {
    body: string;
    key?: string;
    headers?: Record<string, string>;
  }

  async function refused(call: Call): Promise<{ status: number; error: ErrorBody['error'] }> {
    const before = await traces();
    const response = await fetch(`${network.state.urls.gateway}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${call.key ?? key.key}`,
        'content-type': 'application/json',
        ...call.headers,
      },
      body: call.body,
    });
    const { error } = (await response.json()) as ErrorBody;
    expect(await traces(), 'a refused request leaves no row and no escrow').toEqual(before);
    return { status: response.status, error };
  }

  /** What a request would leave behind: rows, actions, escrow on chain. */
  async function traces(): Promise<unknown> {
    const { rows } = await network.pool.query<object>(
      `select (select count(*) from read.requests) as requests, (select count(*) from ops.intake) as intake,
        (select count(*) from ops.idempotency) as idempotency, (select count(*) from ops.sealed_input) as inputs`,
    );
    const chain = connectChain(loadNetwork(network.state.files.network));
    const { escrows } = await queries.conservation(chain);
    return { rows, escrows, balance: await queries.balance(chain, key.wallet) };
  }

  const ask = (more: Record<string, unknown> = {}): string =>
    JSON.stringify({
      model: MODEL,
      max_tokens: 16,
      messages: [{ role: 'user', content: 'The king said' }],
      ...more,
    });

  it('because the model is unknown: 404, and where the models are listed', async () => {
    const { status, error } = await refused({ body: ask({ model: 'nobody/knows' }) });
    expect([status, error.code, error.param]).toEqual([404, 'model_not_found', 'model']);
    expect(error.message).toContain('/v1/models');
  });

  it('because the prompt is too long: 400, and how long it may be', async () => {
    const content = 'and again '.repeat(2_000);
    const { status, error } = await refused({
      body: ask({ messages: [{ role: 'user', content }] }),
    });
    expect([status, error.code]).toEqual([400, 'context_length_exceeded']);
    expect(error.message).toMatch(/512/);
  });

  it('because the balance is too small: 402, the balance and what is needed', async () => {
    const { status, error } = await refused({ body: ask(), key: poor.key });
    expect([status, error.code]).toEqual([402, 'insufficient_balance']);
    expect(error.message).toMatch(/\b20\b/);
  });

  it('because the key is wrong: 401', async () => {
    const { status, error } = await refused({ body: ask(), key: 'sk-atoma-nobody' });
    expect([status, error.code]).toEqual([401, 'invalid_api_key']);
  });

  it('because the body is not JSON: 400', async () => {
    const { status, error } = await refused({ body: '{"model": ' });
    expect([status, error.code, error.type]).toEqual([
      400,
      'invalid_json',
      'invalid_request_error',
    ]);
  });

  it('because the fee cap is below the price: 400, both amounts', async () => {
    const { status, error } = await refused({ body: ask(), headers: { 'x-atoma-max-fee': '5' } });
    expect([status, error.code]).toEqual([400, 'fee_cap_too_low']);
    expect(error.message).toMatch(/\d+ utoma; x-atoma-max-fee is 5\./);
  });
});
