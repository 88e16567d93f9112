import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyCompletion } from '#libs/client';
import { createApiKey, GatewaySecret, type CreatedKey } from '#libs/keys';
import { fromBase64, type Output } from '#libs/protocol';
import { createLogger, sleep } from '#libs/service';
import { GatewayWorld } from '../../../test/support/gateway.js';
import { startGateway } from './gateway.js';

let world: GatewayWorld;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let key: CreatedKey;
const log = createLogger('spec', 'warn');
const output: Output = { finish: 'length', tokens: [5, 6, 7, 8], text: 'It was a dark night.' };
const panel = [1n, 2n, 3n];

beforeAll(async () => {
  world = await GatewayWorld.start();
  gateway = await startGateway(world.config(), log);
});
afterAll(async () => {
  await gateway.stop();
  await world.stop();
});
beforeEach(async () => {
  world.treatment = { kind: 'take' };
  world.actions.length = 0;
  key = await createApiKey(world.admin, new GatewaySecret(world.secretHex), {
    name: 'spec',
    prefix: 'wasm',
  });
  await world.fund(key.wallet, 100_000n);
});

const url = (path: string): string => `http://127.0.0.1:${gateway.port}${path}`;
const body = (extra: object = {}) => ({
  model: world.model.id,
  messages: [{ role: 'user' as const, content: 'Once upon a time' }],
  max_tokens: 4,
  ...extra,
});
const ask = (extra: object = {}, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url('/v1/chat/completions'), {
    method: 'POST',
    headers: { authorization: `Bearer ${key.key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body(extra)),
  });
const client = (): OpenAI => new OpenAI({ baseURL: url('/v1'), apiKey: key.key, maxRetries: 0 });

async function untilTaken(count = 1): Promise<bigint> {
  for (let i = 0; i < 200; i++) {
    const { rows } = await world.admin.query<{ request: bigint }>(
      'SELECT request FROM requests WHERE requester = $1 ORDER BY request',
      [key.wallet],
    );
    if (rows.length >= count) return rows[count - 1]?.request ?? 0n;
    await sleep(25);
  }
  throw new Error('no request was taken');
}

async function eventually<T>(look: () => Promise<T | null | false>): Promise<T> {
  for (let i = 0; i < 200; i++) {
    const found = await look();
    if (found !== null && found !== false) return found;
    await sleep(25);
  }
  throw new Error('it did not happen');
}

const node = (ticket: bigint) => {
  const found = world.nodes.find((candidate) => candidate.ticket === ticket);
  if (found === undefined) throw new Error('no such node');
  return found;
};

async function fetchInput(ticket: bigint, request: bigint): Promise<Response> {
  const { rows } = await world.admin.query<{ input_hash: string }>(
    'SELECT input_hash FROM requests WHERE request = $1',
    [request],
  );
  const path = `/node/v1/inputs/${request}/${rows[0]?.input_hash ?? ''}`;
  return await fetch(url(path), { headers: world.signed(node(ticket), { method: 'GET', path }) });
}

async function deliver(
  ticket: bigint,
  request: bigint,
  of: Output = output,
  timeMs = Date.now(),
): Promise<Response> {
  const { public_key } = (await (await fetch(url('/node/v1/sealing-key'))).json()) as {
    public_key: string;
  };
  const sent = world.delivery(node(ticket), request, {
    output: of,
    sealingKey: fromBase64(public_key),
  });
  const path = `/node/v1/outputs/${request}`;
  const headers = world.signed(node(ticket), { method: 'PUT', path, body: sent, timeMs });
  return await fetch(url(path), { method: 'PUT', body: sent, headers });
}

/** Draw to agreed, with one delivery by the first node. */
async function compute(request: bigint): Promise<void> {
  await world.assign(request, panel);
  await world.commitAll(request);
  expect((await deliver(1n, request)).status).toBe(204);
  await world.agree(request, output);
}

describe('a completion', () => {
  it('is the agreed output, with the usage that is settled', async () => {
    const asked = client()
      .chat.completions.create(body({ user: 'me' }))
      .withResponse();
    const request = await untilTaken();
    await compute(request);
    const { data, response } = await asked;
    expect(data.choices[0]).toMatchObject({
      message: { content: output.text },
      finish_reason: 'length',
    });
    expect(data.usage?.completion_tokens).toBe(4);
    expect(data.id).toBe(`chatcmpl-${request}`);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-atoma-request': request.toString(),
      'x-atoma-mode': 'sampling',
      'x-atoma-ignored': 'user',
      'x-request-id': expect.stringMatching(/^req_[0-9a-f]{32}$/) as string,
      'openai-processing-ms': expect.stringMatching(/^\d+$/) as string,
    });
  });

  it('streams only after agreement, and says the same', async () => {
    const asked = client().chat.completions.create({
      ...body(),
      stream: true,
      stream_options: { include_usage: true },
    });
    const request = await untilTaken();
    const stream = await asked;
    await compute(request);
    let text = '';
    let usage: unknown = null;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe(output.text);
    expect(usage).toMatchObject({ completion_tokens: 4 });
  });

  it('is never an output whose digest is not the agreed root', async () => {
    const asked = ask();
    const request = await untilTaken();
    await world.assign(request, panel);
    await world.commitAll(request);
    expect((await deliver(2n, request, { ...output, text: 'It was a bright day.' })).status).toBe(
      204,
    );
    await world.agree(request, output);
    await sleep(300);
    expect((await deliver(3n, request)).status).toBe(204);
    const answer = (await (await asked).json()) as OpenAI.ChatCompletion;
    expect(answer.choices[0]?.message.content).toBe(output.text);
  });

  it.each([
    ['refunded', 504, 'refunded'],
    ['disputed', 502, 'nodes_disagreed'],
  ] as const)(
    'that ends %s says what happened and what was paid back',
    async (state, status, code) => {
      const asked = ask();
      const request = await untilTaken();
      await world.end(request, state, 890n);
      const response = await asked;
      expect(response.status).toBe(status);
      expect(response.headers.get('x-should-retry')).toBe('false');
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      expect(error.code).toBe(code);
      expect(error.message).toContain('890 of 900 utoma were refunded');
    },
  );

  it('that ends refunded ends a stream with an error event', async () => {
    const asked = ask({ stream: true });
    const request = await untilTaken();
    const response = await asked;
    await world.end(request, 'refunded', 890n);
    const text = await response.text();
    expect(text).toContain('event: error\ndata: {"error":');
    expect(text).not.toContain('[DONE]');
  });

  it('goes on when its client leaves', async () => {
    const controller = new AbortController();
    const asked = fetch(url('/v1/chat/completions'), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key.key}`,
        'content-type': 'application/json',
        'idempotency-key': 'left',
      },
      body: JSON.stringify(body()),
      signal: controller.signal,
    });
    const request = await untilTaken();
    controller.abort();
    await expect(asked).rejects.toThrow();
    await compute(request);
    await world.end(request, 'settled', 100n);
    const again = await ask({}, { 'idempotency-key': 'left' });
    expect(again.headers.get('x-atoma-request')).toBe(request.toString());
    const usage = await eventually(async () => {
      const { rows } = await world.admin.query<object>(
        'SELECT * FROM ops.usage WHERE request = $1',
        [request],
      );
      return rows[0] ?? null;
    });
    expect(usage).toMatchObject({ key_id: key.id, output_tokens: 4n, fee: 800n });
    expect(world.actions).toHaveLength(1);
  });
});

describe('an input', () => {
  it('is sealed for each drawn node, after a redraw too, and gone when the request is settled', async () => {
    const asked = ask();
    const request = await untilTaken();
    expect((await fetchInput(1n, request)).status).toBe(403);
    await world.assign(request, panel);
    const sealed = await eventually(async () => {
      const response = await fetchInput(2n, request);
      return response.ok && new Uint8Array(await response.arrayBuffer());
    });
    expect(world.unsealInput(node(2n), request, sealed)).toMatchObject({
      input: { schema: 'atoma.input.v1' },
      params: { schema: 'atoma.params.v1', max_output_tokens: 4 },
    });
    expect(() => world.unsealInput(node(3n), request, sealed)).toThrow();
    await world.vacate(request, 1);
    await world.assign(request, [4n], 1, 1);
    await eventually(async () => (await fetchInput(4n, request)).ok);
    expect((await fetchInput(1n, request)).status).toBe(403);
    await world.end(request, 'refunded', 890n);
    await asked;
    await eventually(async () => {
      const { rowCount } = await world.admin.query(
        'SELECT FROM ops.sealed_input WHERE request = $1',
        [request],
      );
      return rowCount === 0;
    });
  });

  it('is served to no ticket that was not drawn, and to no other signature', async () => {
    const asked = ask();
    const request = await untilTaken();
    await world.assign(request, panel);
    expect(await (await fetchInput(5n, request)).json()).toMatchObject({
      error: { code: 'not_on_panel' },
    });
    const path = `/node/v1/inputs/${request}/${'00'.repeat(32)}`;
    const forged = { ...world.signed(node(5n), { method: 'GET', path }), 'x-atoma-ticket': '1' };
    const response = await fetch(url(path), { headers: forged });
    expect(await response.json()).toMatchObject({ error: { code: 'bad_signature' } });
    await world.end(request, 'refunded', 890n);
    await asked;
  });
});

describe('an output', () => {
  it('is taken only after all commitments, from the panel, within 30 s, and once', async () => {
    const asked = ask();
    const request = await untilTaken();
    await world.assign(request, panel);
    expect((await deliver(1n, request)).status).toBe(409);
    await world.commitAll(request);
    expect((await deliver(5n, request)).status).toBe(403);
    expect((await deliver(1n, request, output, Date.now() - 31_000)).status).toBe(401);
    expect((await deliver(1n, request)).status).toBe(204);
    expect((await deliver(1n, request)).status).toBe(204);
    expect((await deliver(1n, request, { ...output, text: 'other' })).status).toBe(409);
    await world.agree(request, output);
    expect((await deliver(2n, request, { ...output, text: 'other' })).status).toBe(400);
    expect((await asked).status).toBe(200);
  });
});

describe('GET /v1/requests/{id}', () => {
  it('has what its key needs to check the answer against the chain', async () => {
    const asked = ask();
    const request = await untilTaken();
    const look = async () => {
      const headers = { authorization: `Bearer ${key.key}` };
      const response = await fetch(url(`/v1/requests/${request}`), { headers });
      return (await response.json()) as { root: string; output: Output | null };
    };
    expect((await look()).output).toBeNull();
    await compute(request);
    await asked;
    const shown = await look();
    const event = { root: shown.root, output_tokens: 4, finish_reason: 2, tickets: panel };
    expect(shown.output).toEqual(output);
    expect(verifyCompletion({ output: shown.output ?? { ...output, tokens: [] }, event }).ok).toBe(
      true,
    );
  });

  it('shows the timeline with heights and tx hashes, to the key of the request alone', async () => {
    const asked = ask();
    const request = await untilTaken();
    await world.end(request, 'refunded', 890n);
    await asked;
    const own = await fetch(url(`/v1/requests/${request}`), {
      headers: { authorization: `Bearer ${key.key}` },
    });
    expect(await own.json()).toMatchObject({
      id: request.toString(),
      state: 'refunded',
      charged: '10',
      timeline: [
        {
          type: 'request.submitted.v1',
          height: expect.stringMatching(/^\d+$/) as string,
          tx_hash: 'AB'.repeat(32),
        },
        { type: 'request.refunded.v1' },
      ],
    });
    const other = await createApiKey(world.admin, new GatewaySecret(world.secretHex), {
      name: 'x',
      prefix: 'wasm',
    });
    const theirs = await fetch(url(`/v1/requests/${request}`), {
      headers: { authorization: `Bearer ${other.key}` },
    });
    expect(theirs.status).toBe(404);
  });
});
