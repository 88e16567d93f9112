import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectChain } from '#libs/chain';
import { loadNetwork } from '#libs/service';
import { checkScene } from '../../apps/cli/src/demo/checks.js';
import { newestRequest } from '../../apps/cli/src/demo/life.js';
import { balanceSheet, sheetTotal } from '../../apps/cli/src/demo/balance-sheet.js';
import {
  clientOf,
  countOf,
  final,
  fundedKey,
  MODEL,
  openNetwork,
  requestOf,
  type Network,
} from './support.js';

describe('a completion through the whole system', () => {
  let network: Network;
  beforeAll(async () => {
    network = await openNetwork();
  });
  afterAll(() => network.pool.end());

  it('is paid, drawn, computed, committed, revealed and settled, and every check of the demo holds', async () => {
    const key = await fundedKey(network);
    const answer = await clientOf(network, key.key).chat.completions.create({
      model: MODEL,
      max_completion_tokens: 24,
      messages: [{ role: 'user', content: 'And God said' }],
    });
    const request = await requestOf(network, key.wallet);
    const life = await final(network, request);
    expect(countOf(life, 'request.settled.v1')).toBe(1);
    const checks = await checkScene({
      pool: network.pool,
      chain: connectChain(loadNetwork(network.state.files.network)),
      gatewaySecretFile: network.state.files.gatewaySecret,
      request,
      completion: {
        text: answer.choices[0]?.message.content ?? '',
        finishReason: answer.choices[0]?.finish_reason ?? '',
        promptTokens: answer.usage?.prompt_tokens ?? 0,
        completionTokens: answer.usage?.completion_tokens ?? 0,
        request: undefined,
      },
    });
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    const sheet = await balanceSheet(network.pool, request);
    expect(sheetTotal(sheet)).toBe(0n);
  });

  it('streams nothing before all commitments are in, then the text whose usage is settled', async () => {
    const key = await fundedKey(network);
    const stream = await clientOf(network, key.key).chat.completions.create({
      model: MODEL,
      max_completion_tokens: 16,
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'In those days' }],
    });
    let text = '';
    let tokens: number | undefined;
    let committedAtFirst: number | undefined;
    for await (const chunk of stream) {
      const piece = chunk.choices[0]?.delta.content ?? '';
      if (piece !== '' && committedAtFirst === undefined) {
        const { rows } = await network.pool.query<{ count: string }>(
          "select count(*) from read.request_timeline t join read.requests r using (request) where r.requester = $1 and t.type = 'request.committed.v1'",
          [key.wallet],
        );
        committedAtFirst = Number(rows[0]?.count);
      }
      text += piece;
      tokens = chunk.usage?.completion_tokens ?? tokens;
    }
    const request = await newestRequest(network.pool, key.wallet, 0n);
    const settled = await final(network, request ?? 0n);
    const { rows } = await network.pool.query<{ output_tokens: string }>(
      'select output_tokens from read.requests where request = $1',
      [settled.request.toString()],
    );
    expect(text.length).toBeGreaterThan(0);
    expect(committedAtFirst).toBe(1);
    expect(String(tokens)).toBe(rows[0]?.output_tokens);
  });

  it('is charged once for one idempotency key, however often it is asked', async () => {
    const key = await fundedKey(network);
    const ask = (content: string) =>
      fetch(`${network.state.urls.gateway}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key.key}`,
          'content-type': 'application/json',
          'idempotency-key': 'once',
        },
        body: JSON.stringify({
          model: MODEL,
          max_tokens: 8,
          messages: [{ role: 'user', content }],
        }),
      });
    const first = await ask('The king');
    const again = await ask('The king');
    const other = await ask('The queen');
    expect([first.status, again.status, other.status]).toEqual([200, 200, 422]);
    expect(await again.json()).toEqual(await first.json());
    await final(network, await requestOf(network, key.wallet));
    const { rows } = await network.pool.query<{ count: string }>(
      'select count(*) from read.requests where requester = $1',
      [key.wallet],
    );
    expect(rows[0]?.count).toBe('1');
  });
});
