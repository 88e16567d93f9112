import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeWalletAction } from '#libs/chain';
import { createApiKey, GatewaySecret, type CreatedKey, type KeyLimit } from '#libs/keys';
import { createLogger } from '#libs/service';
import { GatewayWorld } from '../../../test/support/gateway.js';
import { startGateway } from './gateway.js';

let world: GatewayWorld;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let key: CreatedKey;

beforeAll(async () => {
  world = await GatewayWorld.start();
  gateway = await startGateway(world.config(), createLogger('spec', 'silent'));
});
afterAll(async () => {
  await gateway.stop();
  await world.stop();
});
beforeEach(async () => {
  world.treatment = { kind: 'hold' };
  key = await newKey();
  await world.fund(key.wallet, 100_000n);
});

const newKey = (limit: KeyLimit = {}): Promise<CreatedKey> =>
  createApiKey(world.admin, new GatewaySecret(world.secretHex), {
    name: 'spec',
    prefix: 'wasm',
    limit,
  });
const url = (path: string): string => `http://127.0.0.1:${gateway.port}${path}`;
const fine = () => ({
  model: world.model.id,
  messages: [{ role: 'user' as const, content: 'Once upon a time' }],
  max_tokens: 4,
});
const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url('/v1/chat/completions'), {
    method: 'POST',
    headers: { authorization: `Bearer ${key.key}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

async function poor(): Promise<Shape['error']> {
  await world.fund(key.wallet, 1n);
  return await errorOf(await post(fine()));
}

interface Shape {
  error: { message: string; type: string; param: string | null; code: string };
}

/** The error of a response, which must have OpenAI's shape and nothing else. */
async function errorOf(response: Response): Promise<Shape['error']> {
  const body = (await response.json()) as Shape;
  expect(Object.keys(body)).toEqual(['error']);
  expect(Object.keys(body.error)).toEqual(['message', 'type', 'param', 'code']);
  expect(response.headers.get('x-request-id')).toMatch(/^req_/);
  return body.error;
}

async function rowsLeft(): Promise<number> {
  const tables = ['ops.intake', 'ops.idempotency', 'ops.sealed_input', 'requests'];
  const counts = await Promise.all(tables.map((table) => world.count(table)));
  return counts.reduce((sum, count) => sum + count, 0);
}

describe('a refused request', () => {
  const cases: [
    name: string,
    body: () => unknown,
    headers: Record<string, string>,
    status: number,
    code: string,
  ][] = [
    ['an unknown model', () => ({ ...fine(), model: 'gpt-9' }), {}, 404, 'model_not_found'],
    [
      'too long a prompt',
      () => ({ ...fine(), messages: [{ role: 'user', content: 'word '.repeat(4_000) }] }),
      {},
      400,
      'context_length_exceeded',
    ],
    [
      'too long an answer',
      () => ({ ...fine(), max_tokens: 100_000 }),
      {},
      400,
      'context_length_exceeded',
    ],
    ['malformed JSON', () => '{"model":', {}, 400, 'invalid_json'],
    ['an unsupported parameter', () => ({ ...fine(), n: 2 }), {}, 400, 'unsupported_parameter'],
    ['a fee cap below the price', fine, { 'x-atoma-max-fee': '1' }, 400, 'fee_cap_too_low'],
    ['a fee cap that is no number', fine, { 'x-atoma-max-fee': '1.5' }, 400, 'invalid_value'],
    ['another mode', fine, { 'x-atoma-mode': 'session' }, 400, 'unsupported_mode'],
    ['a bad key', fine, { authorization: 'Bearer sk-atoma-wrong' }, 401, 'invalid_api_key'],
    ['a key of somebody else', fine, { authorization: 'Bearer sk-proj-1' }, 401, 'invalid_api_key'],
    [
      'another content type',
      () => 'x',
      { 'content-type': 'text/plain' },
      415,
      'unsupported_media_type',
    ],
    ['a body above 4 MiB', () => 'x'.repeat(4_200_000), {}, 413, 'request_too_large'],
  ];

  it.each(cases)(
    'says what to do about %s, and leaves no row',
    async (...[, body, headers, status, code]) => {
      const response = await post(body(), { 'idempotency-key': 'k', ...headers });
      expect(response.status).toBe(status);
      expect(await errorOf(response)).toMatchObject({ code });
      expect(await rowsLeft()).toBe(0);
      expect(world.actions).toHaveLength(0);
    },
  );

  it('names the tokens of a prompt that is too long', async () => {
    const response = await post({ ...fine(), max_tokens: 100_000 });
    const { message } = await errorOf(response);
    expect(message).toMatch(
      /maximum context length is \d+ tokens\. Your messages have \d+ tokens and you asked for 100000/,
    );
  });

  it('names cap and price of a cap that is too low', async () => {
    const { message } = await errorOf(await post(fine(), { 'x-atoma-max-fee': '7' }));
    expect(message).toMatch(/costs up to \d+ utoma; x-atoma-max-fee is 7\./);
  });

  it('names balance, need and wallet when the balance is too small', async () => {
    await world.fund(key.wallet, 5n);
    const response = await post(fine());
    expect(response.status).toBe(402);
    const error = await errorOf(response);
    expect(error.code).toBe('insufficient_balance');
    expect(error.message).toMatch(
      /needs \d+ utoma and the wallet of this key has 5\. Deposit at least \d+ utoma/,
    );
    expect(error.message).toContain(key.wallet);
    expect(await rowsLeft()).toBe(0);
  });

  it('comes as 429 when the key has spent its limit', async () => {
    const limited = await newKey({ spendUtoma: 1n });
    await world.fund(limited.wallet, 100_000n);
    const response = await post(fine(), { authorization: `Bearer ${limited.key}` });
    expect(response.status).toBe(429);
    expect(await errorOf(response)).toMatchObject({
      code: 'insufficient_quota',
      type: 'insufficient_quota',
    });
  });

  it('comes as 429 with the time to wait above the rate of the key', async () => {
    const limited = await newKey({ requestsPerMinute: 1 });
    const headers = { authorization: `Bearer ${limited.key}` };
    expect(
      (await fetch(url('/v1/models'), { headers })).headers.get('x-ratelimit-remaining-requests'),
    ).toBe('0');
    const response = await fetch(url('/v1/models'), { headers });
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await errorOf(response)).toMatchObject({
      code: 'rate_limit_exceeded',
      type: 'rate_limit_error',
    });
  });

  it.each([
    [
      'a closed market',
      'UPDATE markets SET closed = true',
      'market_closed',
      'UPDATE markets SET closed = false',
    ],
    [
      'too few owners',
      'UPDATE markets SET owners = 4',
      'too_few_nodes',
      'UPDATE markets SET owners = 6',
    ],
    [
      'a paused network',
      'UPDATE network SET paused = true',
      'paused',
      'UPDATE network SET paused = false',
    ],
    [
      'a model without nodes',
      `UPDATE models SET state = 'validated'`,
      'model_unavailable',
      `UPDATE models SET state = 'available'`,
    ],
  ])('comes as 503 with Retry-After for %s', async (_name, worse, code, better) => {
    await world.admin.query(worse);
    const response = await post(fine());
    await world.admin.query(better);
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await errorOf(response)).toMatchObject({ code, type: 'server_error' });
    expect(await rowsLeft()).toBe(0);
  });

  it('frees its nonce when the sequencer refuses it, and leaves nothing else', async () => {
    world.treatment = { kind: 'refuse', status: 429, code: 'busy' };
    const response = await post(fine(), { 'idempotency-key': 'again' });
    expect(response.status).toBe(503);
    expect(await world.count('ops.sealed_input')).toBe(0);
    expect(await world.count('ops.idempotency')).toBe(0);
    await post(fine(), { 'idempotency-key': 'again' });
    expect(world.actions.slice(-2).map(({ nonce }) => nonce)).toEqual([0n, 0n]);
  });

  it('caps its fee at the balance, which the sequencer holds it against', async () => {
    world.treatment = { kind: 'refuse', status: 409, code: 'insufficient_balance' };
    const price = /needs (\d+) utoma/.exec((await poor()).message)?.[1] ?? '';
    await world.fund(key.wallet, BigInt(price) + 1n);
    const response = await post(fine());
    expect(response.status).toBe(402);
    const sent = decodeWalletAction(world.actions.at(-1)?.action ?? new Uint8Array());
    expect(sent).toMatchObject({ request: { max_fee: BigInt(price) + 1n } });
  });

  it('is charged nothing when the contract refuses it, and the next one takes its nonce', async () => {
    const before = world.actions.length;
    const asked = post(fine());
    await expect.poll(() => world.actions.length).toBe(before + 1);
    const [action] = world.actions.slice(-1);
    if (action === undefined) throw new Error('no action');
    await world.chainRefuses(action, 'fee_above_max');
    const response = await asked;
    expect(response.status).toBe(503);
    expect(await errorOf(response)).toMatchObject({ code: 'price_moved' });
    world.treatment = { kind: 'refuse', status: 429, code: 'busy' };
    await post(fine());
    expect(world.actions.at(-1)?.nonce).toBe(action.nonce);
  });
});

describe('every path', () => {
  it.each([
    ['GET', '/nothing', 404, 'unknown_url'],
    ['GET', '/v1/chat/completions', 405, 'method_not_allowed'],
    ['DELETE', '/v1/models', 405, 'method_not_allowed'],
    ['GET', '/v1/models', 401, 'invalid_api_key'],
    ['GET', '/v1/requests/1', 401, 'invalid_api_key'],
    ['GET', '/node/v1/inputs/1/00', 401, 'bad_signature'],
    ['GET', '/node/v1/inputs/x/00', 404, 'request_not_found'],
    ['GET', '/v1/models/%', 400, 'bad_request'],
  ])('%s %s fails in the same shape', async (method, path, status, code) => {
    const response = await fetch(url(path), { method });
    expect(response.status).toBe(status);
    expect(await errorOf(response)).toMatchObject({ code });
  });

  it('is in the OpenAPI document, which the server serves', async () => {
    const document = (await (await fetch(url('/openapi.json'))).json()) as {
      openapi: string;
      paths: object;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(document.paths).toHaveProperty('/v1/chat/completions.post.requestBody');
    for (const path of Object.keys(document.paths)) {
      const real = path.replaceAll(/\{\w+\}/g, '1');
      const method = path.includes('chat') ? 'POST' : path.includes('outputs') ? 'PUT' : 'GET';
      const response = await fetch(url(real), { method });
      expect([path, ((await response.json()) as Partial<Shape>).error?.code]).not.toContain(
        'unknown_url',
      );
    }
  });

  it('lists the model with its price', async () => {
    const { data } = await new OpenAI({ baseURL: url('/v1'), apiKey: key.key }).models.list();
    expect(data[0]).toMatchObject({
      id: world.model.id,
      object: 'model',
      created: 1_800_000_000,
      atoma: { price: '500000', open: true },
    });
  });

  it('is ready once the courier has run', async () => {
    await expect.poll(async () => (await fetch(url('/ready'))).status).toBe(200);
  });
});

describe('the official client', () => {
  const client = (apiKey = key.key) => new OpenAI({ baseURL: url('/v1'), apiKey, maxRetries: 0 });

  it('throws its own error classes', async () => {
    await expect(client('sk-atoma-x').models.list()).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    );
    await expect(client().models.retrieve('gpt-9')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    const asked = client().chat.completions.create({ ...fine(), temperature: 1 });
    await expect(asked).rejects.toMatchObject({
      constructor: OpenAI.BadRequestError,
      code: 'unsupported_parameter',
      param: 'temperature',
    });
  });
});
