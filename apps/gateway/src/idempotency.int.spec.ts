import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeOutput, fromBase64, toHex, type Output } from '#libs/protocol';
import { createApiKey, GatewaySecret, type CreatedKey } from '#libs/keys';
import { digestOf } from '#libs/chain';
import { createLogger, sleep } from '#libs/service';
import { scope } from '../../../test/support/gateway-seed.js';
import { GatewayWorld } from '../../../test/support/gateway.js';
import { startGateway } from './gateway.js';

let world: GatewayWorld;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let key: CreatedKey;
const output: Output = { finish: 'stop', tokens: [9], text: 'Yes.' };
const log = createLogger('spec', 'silent');

beforeEach(async () => {
  world = await GatewayWorld.start();
  gateway = await startGateway(world.config(), log);
  key = await createApiKey(world.admin, new GatewaySecret(world.secretHex), {
    name: 'spec',
    prefix: 'wasm',
  });
  await world.fund(key.wallet, 100_000n);
});
afterEach(async () => {
  await gateway.stop();
  await world.stop();
});

const url = (path: string): string => `http://127.0.0.1:${gateway.port}${path}`;
const ask = (content = 'Is it?', extra: object = {}): Promise<Response> =>
  fetch(url('/v1/chat/completions'), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key.key}`,
      'content-type': 'application/json',
      'idempotency-key': 'once',
    },
    body: JSON.stringify({
      model: world.model.id,
      messages: [{ role: 'user', content }],
      max_tokens: 4,
      ...extra,
    }),
  });

async function answer(): Promise<void> {
  await expect.poll(() => world.count('requests'), { timeout: 10_000 }).toBe(1);
  await world.assign(1n, [1n, 2n, 3n]);
  await world.commitAll(1n);
  const { public_key } = (await (await fetch(url('/node/v1/sealing-key'))).json()) as {
    public_key: string;
  };
  const [node] = world.nodes;
  if (node === undefined) throw new Error('no node');
  const path = '/node/v1/outputs/1';
  const body = world.delivery(node, 1n, { output, sealingKey: fromBase64(public_key) });
  const headers = world.signed(node, { method: 'PUT', path, body });
  expect((await fetch(url(path), { method: 'PUT', body, headers })).status).toBe(204);
  await world.agree(1n, output);
}

/** Stops the gateway as a crash would be seen by clients and starts another on the same database. */
async function restart(): Promise<void> {
  await gateway.stop();
  gateway = await startGateway(world.config(), log);
}

describe('an Idempotency-Key', () => {
  it('replays the same response', async () => {
    const first = ask();
    await answer();
    const said = await (await first).text();
    const again = await ask();
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('x-atoma-request')).toBe('1');
    expect(await again.text()).toBe(said);
    expect(world.actions).toHaveLength(1);
  });

  it('replays a stream as a stream', async () => {
    const first = ask('Is it?', { stream: true });
    await answer();
    const said = await (await first).text();
    const again = await ask('Is it?', { stream: true });
    expect(again.headers.get('content-type')).toContain('text/event-stream');
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await again.text()).toBe(said);
  });

  it('replays for a body whose members come in another order', async () => {
    const first = ask();
    await answer();
    await first;
    const swapped = await fetch(url('/v1/chat/completions'), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key.key}`,
        'content-type': 'application/json',
        'idempotency-key': 'once',
      },
      body: JSON.stringify({
        max_tokens: 4,
        messages: [{ content: 'Is it?', role: 'user' }],
        model: world.model.id,
      }),
    });
    expect(swapped.headers.get('idempotent-replayed')).toBe('true');
  });

  it('is refused with another body', async () => {
    const first = ask();
    await answer();
    await first;
    const other = await ask('Is it not?');
    expect(other.status).toBe(422);
    expect(await other.json()).toMatchObject({ error: { code: 'idempotency_key_reused' } });
  });

  it('makes calls at the same time wait for one request', async () => {
    const calls = [ask(), ask(), ask()];
    await answer();
    const texts = await Promise.all(calls.map(async (call) => await (await call).text()));
    expect(new Set(texts).size).toBe(1);
    expect(await world.count('ops.intake')).toBe(1);
    expect(new Set(world.actions.map((action) => toHex(digestOf(scope, action)))).size).toBe(1);
  });

  it('means the same signed bytes after a restart between storing and answering', async () => {
    world.treatment = { kind: 'hold' };
    const first = ask().catch(() => null);
    await expect.poll(() => world.actions.length, { timeout: 10_000 }).toBe(1);
    await restart();
    await first;
    world.treatment = { kind: 'take' };
    const again = ask();
    await answer();
    expect((await again).status).toBe(200);
    expect(world.actions).toHaveLength(2);
    expect(world.actions[1]).toEqual(world.actions[0]);
    expect(await world.count('requests')).toBe(1);
  });

  it('keeps what another call has sent when its own send was refused', async () => {
    let refuse = (): void => undefined;
    const after = new Promise<void>((resolve) => (refuse = resolve));
    world.treatment = { kind: 'refuse', status: 429, code: 'busy', after };
    const first = ask();
    await expect.poll(() => world.actions.length, { timeout: 10_000 }).toBe(1);
    world.treatment = { kind: 'take' };
    const second = ask();
    await expect.poll(() => world.count('requests'), { timeout: 10_000 }).toBe(1);
    refuse();
    expect((await first).status).toBe(503);
    expect(await world.count('ops.sealed_input')).toBe(1);
    await answer();
    expect((await second).status).toBe(200);
  });

  it('survives a sequencer whose answer is lost', async () => {
    world.treatment = { kind: 'lose answer' };
    const first = ask();
    await expect.poll(() => world.actions.length, { timeout: 10_000 }).toBeGreaterThan(0);
    world.treatment = { kind: 'take' };
    await answer();
    expect((await first).status).toBe(200);
    expect(await world.count('requests')).toBe(1);
  });

  it('remembers a refund too: a retry is not another request', async () => {
    const first = ask();
    await expect.poll(() => world.count('requests'), { timeout: 10_000 }).toBe(1);
    await world.end(1n, 'refunded', 890n);
    expect((await first).status).toBe(504);
    expect((await ask()).headers.get('idempotent-replayed')).toBe('true');
    expect(world.actions).toHaveLength(1);
  });

  it('is free again when its action expired unseen', async () => {
    world.treatment = { kind: 'hold' };
    const first = ask();
    await expect.poll(() => world.actions.length, { timeout: 10_000 }).toBe(1);
    await world.admin.query('UPDATE position SET time_seconds = 9999999999');
    await world.applied();
    expect((await first).status).toBe(503);
    world.treatment = { kind: 'take' };
    const again = ask();
    await answer();
    expect((await again).headers.get('idempotent-replayed')).toBeNull();
    expect(world.actions[1]?.nonce).toBe(world.actions[0]?.nonce);
  });
});

describe('what is stored', () => {
  it('is neither the prompt, nor the output, nor the key in the clear', async () => {
    const first = ask('a very particular prompt');
    await answer();
    await first;
    await sleep(50);
    const dump = await world.admin.query<{ t: string }>(
      `SELECT row_to_json(x)::text AS t FROM ops.sealed_input x UNION ALL SELECT row_to_json(x)::text FROM ops.output x
       UNION ALL SELECT row_to_json(x)::text FROM ops.api_key x UNION ALL SELECT row_to_json(x)::text FROM ops.intake x
       UNION ALL SELECT row_to_json(x)::text FROM ops.idempotency x`,
    );
    const text = dump.rows.map(({ t }) => t).join('\n');
    expect(text.length).toBeGreaterThan(100);
    expect(text).not.toContain(key.key);
    expect(text).not.toContain(toHex(encodeOutput(output)));
    expect(text).not.toContain(output.text);
    expect(text).not.toContain(Buffer.from('particular').toString('hex'));
  });
});
