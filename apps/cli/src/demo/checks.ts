import type { Pool } from 'pg';
import { queries, type Chain } from '#libs/chain';
import type { Check } from '../report.js';
import { walkArchive } from '../verify/hash-chain.js';
import { checkOutputs, checkPanel, readSettled, type SettledRow } from '../verify/settlement.js';
import type { Completion } from './completion.js';

export interface Scene {
  pool: Pool;
  chain: Chain;
  gatewaySecretFile: string;
  request: bigint;
  completion: Completion;
}

/** What must hold after the demo's completion; each check says what it saw. */
export async function checkScene(scene: Scene): Promise<Check[]> {
  const settled = await readSettled(scene);
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

const checkUsage = (completion: Completion, settled: SettledRow): Check => ({
  name: 'usage equals what was settled',
  ok:
    String(completion.promptTokens) === settled.input_tokens &&
    String(completion.completionTokens) === settled.output_tokens,
  detail: `answer ${completion.promptTokens} + ${completion.completionTokens}, settled ${settled.input_tokens} + ${settled.output_tokens} tokens`,
});

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
