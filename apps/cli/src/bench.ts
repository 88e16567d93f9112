import pg from 'pg';
import type { StackState } from '#stack';
import { createLlamaEngine, loadVocabulary, readModel } from '#libs/engine';
import { complete } from './demo/completion.js';
import { stageTimings, watchRequest } from './demo/watch.js';
import { createFundedKey } from './keys.js';
import { DEMO_MODEL } from './network.js';

const PROMPT = 'She was';
const MAX_TOKENS = 32;
const DEPOSIT = 10_000_000n;
const LIMIT_MS = 180_000;

/** A stage or the whole: the median in milliseconds, the floor measured in the same run, their ratio, what bounds it. */
export interface StageResult {
  name: string;
  value: number;
  floor: number | null;
  ratio: number | null;
  bound: string;
}

/** Sends completions one after the other and times every stage as the projection shows it. */
export async function benchStages(state: StackState, requests: number): Promise<StageResult[]> {
  const pool = new pg.Pool({ connectionString: state.urls.postgres, max: 2 });
  try {
    const key = await createFundedKey(state, { name: 'bench', amount: DEPOSIT });
    const runs: Record<string, number>[] = [];
    let after = 0n;
    for (let run = 0; run < requests; run += 1) {
      const startedAt = performance.now();
      const asking = complete(state.urls.gateway, key, {
        model: DEMO_MODEL,
        prompt: PROMPT,
        maxTokens: MAX_TOKENS,
      });
      const { life, seenMs } = await watchRequest(pool, {
        requester: key.wallet,
        after,
        startedAt,
        limitMs: LIMIT_MS,
        onChange: () => undefined,
        signal: new AbortController().signal,
      });
      await asking;
      after = life.request;
      runs.push({ ...stageTimings(seenMs), total: seenMs['request.settled.v1'] ?? 0 });
    }
    return results(runs, await floors(state, pool));
  } finally {
    await pool.end();
  }
}

interface Floors {
  blockMs: number;
  engineMs: number;
  beaconMs: number;
  challengeMs: number;
}

/** What no implementation on this chain and machine can be faster than, measured here and now. */
async function floors(state: StackState, pool: pg.Pool): Promise<Floors> {
  const block = await pool.query<{ ms: string }>(
    `select extract(epoch from max(block_time) - min(block_time)) * 1000 / (count(*) - 1) as ms
     from (select block_time from read.blocks order by height desc limit 100) recent`,
  );
  const network = await pool.query<{ margin: number; challenge: number; period: number }>(
    `select (params->>'beacon_margin')::int as margin, (params->>'challenge_seconds')::int as challenge,
       (beacon->>'period')::int as period from read.network`,
  );
  const { margin = 0, challenge = 0, period = 0 } = network.rows[0] ?? {};
  return {
    blockMs: Number(block.rows[0]?.ms ?? 0),
    engineMs: await bareEngineMs(state),
    // The round is the first later than the next block's whole second plus the margin: half a period on average.
    beaconMs: margin * 1000 + (period * 1000) / 2,
    // Deadlines are whole seconds of block time: the window is half a second shorter on average.
    challengeMs: challenge * 1000 - 500,
  };
}

/** The same completion on the engine alone, median of five, weights loaded. */
async function bareEngineMs(state: StackState): Promise<number> {
  const model = readModel(state.files.models, DEMO_MODEL);
  const vocabulary = await loadVocabulary(model);
  const engine = await createLlamaEngine(model);
  const tokens = vocabulary.tokenizeChat([{ role: 'user', content: PROMPT }]);
  const times: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    const startedAt = performance.now();
    await engine.generate({ tokens, maxOutputTokens: MAX_TOKENS, stop: [] });
    times.push(performance.now() - startedAt);
  }
  await engine.close();
  return median(times);
}

function results(runs: Record<string, number>[], floor: Floors): StageResult[] {
  const of = (name: string): number => median(runs.map((run) => run[name] ?? 0));
  const row = (name: string, atLeast: number, bound: string): StageResult => {
    const value = Math.round(of(name));
    return { name, value, floor: Math.round(atLeast), ratio: round(value / atLeast), bound };
  };
  const { blockMs, engineMs, beaconMs, challengeMs } = floor;
  return [
    row('stage: on chain', blockMs, 'one block'),
    row(
      'stage: panel drawn',
      blockMs * 2 + beaconMs,
      'a later block, the beacon’s margin and round, one block',
    ),
    row('stage: inputs accepted', blockMs, 'one block'),
    row('stage: all committed', blockMs + engineMs, 'the bare engine and one block'),
    row('stage: all revealed, agreed', blockMs, 'one block'),
    row('stage: settled', challengeMs + blockMs, 'the challenge window and one block'),
    row('total', blockMs * 7 + beaconMs + engineMs + challengeMs, 'the sum of the above'),
  ];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** One stage as a line of text. */
export const benchLine = ({ name, value, floor, ratio, bound }: StageResult): string =>
  `${name.padEnd(30)} ${String(value).padStart(7)} ms   floor ${String(floor ?? '-').padStart(6)} ms   ratio ${String(ratio ?? '-').padStart(6)}   ${bound}`;
