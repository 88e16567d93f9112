import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectChain } from '#libs/chain';
import { loadNetwork } from '#libs/service';
import { readLife } from '../../apps/cli/src/demo/life.js';
import type { Report } from '../../apps/cli/src/report.js';
import { verifyNetwork } from '../../apps/cli/src/verify/verify.js';
import {
  clientOf,
  final,
  fundedKey,
  MODEL,
  openNetwork,
  requestOf,
  type Network,
} from './support.js';

/** One changed value in one table, and how it is changed back. */
const FLIPS = [
  ['balances', 'balance = balance + 1', 'balance = balance - 1'],
  ['tickets', 'unclaimed = unclaimed + 1', 'unclaimed = unclaimed - 1'],
  ['fees', 'amount = amount + 1', 'amount = amount - 1'],
  ['requests', 'input_hash = reverse(input_hash)', 'input_hash = reverse(input_hash)'],
  ['beacons', 'randomness = reverse(randomness)', 'randomness = reverse(randomness)'],
  ['events', "body = overlay(body placing '[' from 1)", "body = overlay(body placing '{' from 1)"],
  ['transactions', 'gas_used = gas_used + 1', 'gas_used = gas_used - 1'],
  ['blocks', 'block_hash = reverse(block_hash)', 'block_hash = reverse(block_hash)'],
] as const;

describe('verify-demo', () => {
  let network: Network;
  let report: Report;
  beforeAll(async () => {
    network = await openNetwork();
    const key = await fundedKey(network);
    await clientOf(network, key.key).chat.completions.create({
      model: MODEL,
      max_completion_tokens: 8,
      messages: [{ role: 'user', content: 'She was' }],
    });
    const { request } = await final(network, await requestOf(network, key.wallet));
    report = await reportOn(network, request);
  });
  afterAll(() => network.pool.end());

  const verify = async () =>
    (
      await verifyNetwork(
        {
          pool: network.pool,
          chain: connectChain(loadNetwork(network.state.files.network)),
          gatewaySecretFile: network.state.files.gatewaySecret,
        },
        report,
      )
    ).filter(({ ok }) => !ok);

  it('agrees with an untouched projection', async () => {
    expect(await verify()).toEqual([]);
  });

  it.each(FLIPS)('finds one changed row of %s', async (table, change, back) => {
    const one = `ctid = (select ctid from projection_v1.${table} order by 1 limit 1)`;
    const { rows } = await network.pool.query<{ ctid: string }>(
      `update projection_v1.${table} set ${change} where ${one} returning ctid`,
    );
    try {
      expect(await verify()).not.toEqual([]);
    } finally {
      await network.pool.query(`update projection_v1.${table} set ${back} where ctid = $1`, [
        rows[0]?.ctid,
      ]);
    }
    expect(await verify()).toEqual([]);
  });
});

async function reportOn(network: Network, request: bigint): Promise<Report> {
  const { state, facts } = await readLife(network.pool, request);
  const txs = [...new Map(facts.map((fact) => [fact.txHash, fact.height]))];
  return {
    checks: [{ name: 'settled', ok: true, detail: state }],
    requests: [
      {
        id: request.toString(),
        mode: 'sampling',
        state,
        txs: txs.map(([hash]) => hash),
        heights: txs.map(([, height]) => height.toString()),
      },
    ],
    conservation: { bank: '1', accounted: '1' },
    timingsMs: {},
    digest: '00'.repeat(32),
  };
}
