import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import OpenAI from 'openai';
import pg from 'pg';
import { control, type StackState } from '#stack';
import { FINAL_STATES, readLife, type Life } from '../../apps/cli/src/demo/life.js';
import { createFundedKey, type FundedKey } from '../../apps/cli/src/keys.js';
import { bringUpNetwork, DEMO_MODEL } from '../../apps/cli/src/network.js';
import { sleep } from '#libs/service';
import { workPublicKey } from '#libs/storage';
import { founding } from '../../apps/cli/src/found/plan.js';

export const MODEL = DEMO_MODEL;
export const SETTLE_LIMIT_MS = 180_000;
const POLL_MS = 50;

/** The whole system on the stack that `npm test` brought up. */
export interface Network {
  state: StackState;
  pool: pg.Pool;
  parts: ReturnType<typeof control>;
}

/** Founds the network and starts its services if that has not happened yet. */
export async function openNetwork(): Promise<Network> {
  const file = process.env['ATOMA_STACK_STATE'];
  if (file === undefined) {
    throw new Error(
      'ATOMA_STACK_STATE names no stack; run npm test, or: npm run stack -- up --name test',
    );
  }
  const { name } = JSON.parse(readFileSync(file, 'utf8')) as { name: string };
  const quiet = (): void => undefined;
  const state = await bringUpNetwork({
    name,
    fresh: false,
    owner: false,
    onProgress: quiet,
    onStep: quiet,
  });
  const pool = new pg.Pool({ connectionString: state.urls.postgres, max: 8 });
  return { state, pool, parts: control(name) };
}

export const fundedKey = (network: Network, amount = 5_000_000n): Promise<FundedKey> =>
  createFundedKey(network.state, { name: 'e2e', amount });

export const clientOf = ({ state }: Network, apiKey: string): OpenAI =>
  new OpenAI({
    baseURL: `${state.urls.gateway}/v1`,
    apiKey,
    maxRetries: 0,
    timeout: SETTLE_LIMIT_MS,
  });

/** Waits until `look` finds something; says what it waited for when it does not. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined>,
  limitMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms for ${what}`);
    await sleep(POLL_MS);
  }
}

/** The request that a wallet asked for, as soon as it is projected. */
export const requestOf = ({ pool }: Network, wallet: string): Promise<bigint> =>
  eventually('the request on chain', async () => {
    const { rows } = await pool.query<{ request: string }>(
      'select request from read.requests where requester = $1 order by request desc limit 1',
      [wallet],
    );
    return rows[0] === undefined ? undefined : BigInt(rows[0].request);
  });

export const inState = (
  network: Network,
  request: bigint,
  states: readonly string[],
): Promise<Life> =>
  eventually(
    `request ${request} to be ${states.join(' or ')}`,
    async () => {
      const life = await readLife(network.pool, request);
      return states.includes(life.state) ? life : undefined;
    },
    SETTLE_LIMIT_MS,
  );

export const final = (network: Network, request: bigint): Promise<Life> =>
  inState(network, request, FINAL_STATES);

export const countOf = (life: Life, type: string): number =>
  life.facts.filter((fact) => fact.type === type).length;

export async function slashes({ pool }: Network): Promise<number> {
  const { rows } = await pool.query<{ count: string }>('select count(*) from read.slashes');
  return Number(rows[0]?.count);
}

/** The process that acts for a work key (hex): `worker-1`, `worker-2`, … */
export function workerWithKey(keysDir: string, workKey: string): string {
  const worker = Array.from({ length: founding.nodes }, (_, at) => at + 1).find((index) => {
    const keys = JSON.parse(readFileSync(join(keysDir, `node-${index}.json`), 'utf8')) as {
      work_key_seed: string;
    };
    const publicKey = workPublicKey(Buffer.from(keys.work_key_seed, 'hex'));
    return Buffer.from(publicKey).toString('hex') === workKey;
  });
  if (worker === undefined) throw new Error(`no worker of this stack has the work key ${workKey}`);
  return `worker-${worker}`;
}
