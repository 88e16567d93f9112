import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApiKey, GatewaySecret, type CreatedKey } from '#libs/keys';
import { createLogger } from '#libs/service';
import { GatewayWorld } from '../../../test/support/gateway.js';
import { startGateway } from './gateway.js';

let world: GatewayWorld;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let key: CreatedKey;

beforeEach(async () => {
  world = await GatewayWorld.start();
  gateway = await startGateway(world.config(), createLogger('spec', 'silent'));
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

const ask = (): Promise<unknown> =>
  fetch(`http://127.0.0.1:${gateway.port}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: world.model.id,
      messages: [{ role: 'user', content: 'Is it?' }],
      max_tokens: 4,
    }),
  }).catch(() => null);

async function taken(requests: number): Promise<void> {
  await expect.poll(() => world.count('requests'), { timeout: 10_000 }).toBe(requests);
}

const sealedFor = async (request: bigint): Promise<bigint[]> => {
  const { rows } = await world.admin.query<{ ticket: bigint }>(
    'SELECT ticket FROM ops.sealed_input WHERE request = $1 ORDER BY ticket',
    [request],
  );
  return rows.map(({ ticket }) => ticket);
};

/** Open requests older than the first, like it in everything but their ids. */
async function crowd(size: number): Promise<void> {
  await world.admin.query(
    `INSERT INTO ops.intake SELECT (jsonb_populate_record(i, jsonb_build_object('action_digest', 'd' || k, 'nonce', 1000 + k))).*
     FROM ops.intake i, generate_series(1, $1::int) k`,
    [size],
  );
  await world.admin.query(
    `INSERT INTO requests SELECT (jsonb_populate_record(r, jsonb_build_object('action_digest', 'd' || k, 'request', -k))).*
     FROM requests r, generate_series(1, $1::int) k`,
    [size],
  );
}

describe('the courier', () => {
  it('seals for a drawn node although hundreds of older requests are open', async () => {
    const asked = ask();
    await taken(1);
    await crowd(250);
    await world.assign(1n, [1n, 2n, 3n]);
    await expect.poll(() => sealedFor(1n), { timeout: 5_000 }).toEqual([1n, 2n, 3n]);
    await world.end(1n, 'refunded', 890n);
    await asked;
  });

  it('seals for the others although one node registered a key that nothing can be sealed to', async () => {
    await world.admin.query('UPDATE tickets SET sealing_key = $1 WHERE ticket = 1', [
      '00'.repeat(32),
    ]);
    const [first, second] = [ask(), ask()];
    await taken(2);
    await world.assign(1n, [1n, 2n, 3n]);
    await world.assign(2n, [2n, 3n, 4n]);
    await expect.poll(() => sealedFor(1n), { timeout: 5_000 }).toEqual([2n, 3n]);
    await expect.poll(() => sealedFor(2n), { timeout: 5_000 }).toEqual([2n, 3n, 4n]);
    await world.end(1n, 'refunded', 890n);
    await world.end(2n, 'refunded', 890n);
    await Promise.all([first, second]);
  });
});
