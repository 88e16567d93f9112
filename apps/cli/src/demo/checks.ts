import type { Pool } from 'pg';
import { queries, type Chain } from '#libs/chain';
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
import { walkArchive } from '../verify/hash-chain.js';
import type { Completion } from './completion.js';

export interface Scene {
  pool: Pool;
  chain: Chain;
  gatewaySecretFile: string;
  request: bigint;
  completion: Completion;
}

interface Settled {
  state: string;
  n: number;
  root: string;
  round: string;
  input_tokens: number;
  output_tokens: number;
  list_epoch: string;
  model: string;
  echelon: string;
}

/** What must hold after the demo's completion; each check says what it saw. */
export async function checkScene(scene: Scene): Promise<Check[]> {
  const { rows } = await scene.pool.query<Settled>(
    'select state, n, root, round, input_tokens, output_tokens, list_epoch, model, echelon from read.requests where request = $1',
    [scene.request.toString()],
  );
  const settled = rows[0];
  if (settled === undefined) {
    return [{ name: 'the request is projected', ok: false, detail: `request ${scene.request}` }];
  }
  return [
    { name: 'the request settled', ok: settled.state === 'settled', detail: settled.state },
    checkAnswer(scene.completion),
    checkUsage(scene.completion, settled),
    await checkOutputs(scene, settled),
    await checkPanel(scene, settled),
    await checkNobodySlashed(scene),
    await checkMoney(scene.chain),
    await checkChain(scene),
  ];
}

const checkAnswer = ({ text, finishReason }: Completion): Check => ({
  name: 'the client has an answer',
  ok: text.length > 0 && ['stop', 'length'].includes(finishReason),
  detail: `${text.length} characters, finish reason ${finishReason}`,
});

const checkUsage = (completion: Completion, settled: Settled): Check => ({
  name: 'usage equals what was settled',
  ok:
    completion.promptTokens === settled.input_tokens &&
    completion.completionTokens === settled.output_tokens,
  detail: `answer ${completion.promptTokens} + ${completion.completionTokens}, settled ${settled.input_tokens} + ${settled.output_tokens} tokens`,
});

/** Opens what each node delivered: equal bytes whose leaves hash to the root that the chain settled. */
async function checkOutputs(scene: Scene, settled: Settled): Promise<Check> {
  const secret = new GatewaySecret(readSecret(scene.gatewaySecretFile));
  const { rows } = await scene.pool.query<{ ticket: string; sealed: Buffer }>(
    'select ticket, sealed from ops.output where request = $1 order by ticket',
    [scene.request.toString()],
  );
  const outputs = rows.map(({ sealed }) =>
    open(secret.sealingSeed(), sealed, outputContext(scene.request)),
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
async function checkPanel(scene: Scene, settled: Settled): Promise<Check> {
  const list = await scene.pool.query<{ index: number; ticket: string }>(
    'select index, ticket from read.market_nodes where model = $1 and echelon = $2 and epoch = $3 order by index',
    [settled.model, settled.echelon, settled.list_epoch],
  );
  const drawn = await scene.pool.query<{ ticket: string }>(
    'select ticket from read.request_slots where request = $1 and attempt = 0 order by slot',
    [scene.request.toString()],
  );
  const beacon = await scene.pool.query<{ randomness: string }>(
    'select randomness from read.beacons where round = $1',
    [settled.round],
  );
  const seed = drawSeed({
    purpose: 'panel',
    id: scene.request,
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

async function checkNobodySlashed({ pool }: Scene): Promise<Check> {
  const { rows } = await pool.query<{ slashes: string }>(
    'select count(*) as slashes from read.slashes',
  );
  const slashes = rows[0]?.slashes ?? '?';
  return { name: 'nobody is slashed', ok: slashes === '0', detail: `${slashes} slashes` };
}

async function checkMoney(chain: Chain): Promise<Check> {
  const { bank, accounted } = await queries.conservation(chain);
  return {
    name: 'the contract’s bank account holds what it owes',
    ok: bank >= accounted,
    detail: `bank ${bank}, accounted ${accounted} utoma`,
  };
}

async function checkChain({ pool, chain }: Scene): Promise<Check> {
  const walked = await walkArchive(pool, chain);
  return {
    name: 'the archive hashes from the first event to the last',
    ok: walked.broken === undefined && walked.seq > 0n,
    detail: walked.broken ?? `${walked.seq} events, head ${walked.head}`,
  };
}
