import type { Pool } from 'pg';
import { GatewaySecret } from '#libs/keys';
import {
  bytesEqual,
  drawIndices,
  drawSeed,
  fromHex,
  outputDigest,
  rootOfDigest,
  toHex,
} from '#libs/protocol';
import { readSecret } from '#libs/service';
import { open, outputContext } from '#libs/storage';
import type { Check } from '../report.js';

/** A request and what is needed to recompute how it was settled. */
export interface Settlement {
  pool: Pool;
  gatewaySecretFile: string;
  request: bigint;
}

export interface SettledRow {
  state: string;
  n: number;
  root: string;
  round: string;
  input_tokens: string;
  output_tokens: string;
  list_epoch: string;
  model: string;
  echelon: string;
}

export async function readSettled(settlement: Settlement): Promise<SettledRow | undefined> {
  const { rows } = await settlement.pool.query<SettledRow>(
    'select state, n, root, round, input_tokens, output_tokens, list_epoch, model, echelon from read.requests where request = $1',
    [settlement.request.toString()],
  );
  return rows[0];
}

/** Opens what each node delivered: equal bytes whose leaves hash to the root that the chain settled. */
export async function checkOutputs(settlement: Settlement, settled: SettledRow): Promise<Check> {
  const secret = new GatewaySecret(readSecret(settlement.gatewaySecretFile));
  const { rows } = await settlement.pool.query<{ ticket: string; sealed: Buffer }>(
    'select ticket, sealed from ops.output where request = $1 order by ticket',
    [settlement.request.toString()],
  );
  const outputs = rows.map(({ sealed }) =>
    open(secret.sealingSeed(), sealed, outputContext(settlement.request)),
  );
  const first = outputs[0] ?? new Uint8Array();
  const equal = outputs.every((output) => bytesEqual(output, first));
  const root = toHex(rootOfDigest(outputDigest(first), settled.n));
  return {
    name: 'the nodes’ outputs are equal byte for byte and hash to the root on chain',
    ok: outputs.length === settled.n && equal && root === settled.root,
    detail: `${outputs.length} of ${settled.n} outputs, ${equal ? 'equal' : 'different'}, root ${root}`,
  };
}

/** Draws the panel again from the beacon's randomness and the frozen list. */
export async function checkPanel(settlement: Settlement, settled: SettledRow): Promise<Check> {
  const list = await settlement.pool.query<{ index: number; ticket: string }>(
    'select index, ticket from read.market_nodes where model = $1 and echelon = $2 and epoch = $3 order by index',
    [settled.model, settled.echelon, settled.list_epoch],
  );
  const drawn = await settlement.pool.query<{ ticket: string }>(
    'select ticket from read.request_slots where request = $1 and attempt = 0 order by slot',
    [settlement.request.toString()],
  );
  const beacon = await settlement.pool.query<{ randomness: string }>(
    'select randomness from read.beacons where round = $1',
    [settled.round],
  );
  const seed = drawSeed({
    purpose: 'panel',
    id: settlement.request,
    attempt: 0,
    randomness: fromHex(beacon.rows[0]?.randomness ?? '00'.repeat(32)),
  });
  const { indices } = drawIndices(seed, { n: list.rows.length, count: settled.n });
  const again = indices.map((index) => list.rows[index]?.ticket ?? '?').join(', ');
  const panel = drawn.rows.map(({ ticket }) => ticket).join(', ');
  return {
    name: 'the panel is the one the beacon draws',
    ok: panel === again && panel !== '',
    detail: `round ${settled.round}: drawn ${panel}, recomputed ${again}`,
  };
}
