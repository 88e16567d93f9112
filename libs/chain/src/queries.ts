import { TransientError } from '#libs/service';
import { z } from 'zod';
import * as answers from './answers.js';
import type { Chain } from './chain.js';
import type { RequestBody } from './messages.js';
import { readAnswer } from './rpc.js';
import { toWire } from './wire.js';

/** Rows of one page; the contract gives at most this many. */
const PAGE_ROWS = 100;

async function ask<S extends z.ZodType>(
  chain: Chain,
  message: Record<string, unknown>,
  answer: S,
): Promise<z.output<S>> {
  const said = await chain.queryContract(toWire(message) as Record<string, unknown>);
  return readAnswer(`query ${Object.keys(message).join()}`, said, answer);
}

/** Follows `start_after` until a page is short; `keyOf` names the last row. */
async function askAll<S extends z.ZodType>(
  chain: Chain,
  of: { query: string; row: S; keyOf: (row: z.output<S>) => string | bigint },
): Promise<z.output<S>[]> {
  const rows: z.output<S>[] = [];
  for (;;) {
    const last = rows.at(-1);
    const after = last === undefined ? {} : { start_after: of.keyOf(last) };
    const page = await ask(chain, { [of.query]: { ...after, limit: PAGE_ROWS } }, z.array(of.row));
    rows.push(...page);
    if (page.length < PAGE_ROWS) return rows;
  }
}

/** The contract's queries, their answers parsed. A query that the contract refuses throws as CosmJS reports it. */
export const queries = {
  config: (chain: Chain) => ask(chain, { config: {} }, answers.configAnswer),
  head: (chain: Chain) => ask(chain, { head: {} }, answers.headAnswer),
  clock: (chain: Chain) => ask(chain, { clock: {} }, answers.clockAnswer),
  conservation: (chain: Chain) => ask(chain, { conservation: {} }, answers.conservationAnswer),
  balance: async (chain: Chain, address: string) =>
    (await ask(chain, { balance: { address } }, answers.balanceAnswer)).balance,
  balances: (chain: Chain) =>
    askAll(chain, { query: 'balances', row: answers.balanceAnswer, keyOf: (row) => row.address }),
  ticket: (chain: Chain, ticket: bigint) =>
    ask(chain, { ticket: { ticket } }, answers.ticketAnswer),
  tickets: (chain: Chain) =>
    askAll(chain, { query: 'tickets', row: answers.ticketAnswer, keyOf: (row) => row.ticket }),
  model: (chain: Chain, model: string) => ask(chain, { model: { model } }, answers.modelAnswer),
  models: (chain: Chain) =>
    askAll(chain, { query: 'models', row: answers.modelAnswer, keyOf: (row) => row.model }),
  echelons: (chain: Chain) =>
    askAll(chain, { query: 'echelons', row: answers.echelonAnswer, keyOf: (row) => row.echelon }),
  market: (chain: Chain, market: { model: string; echelon: string }) =>
    ask(chain, { market }, answers.marketAnswer),
  request: (chain: Chain, request: bigint) =>
    ask(chain, { request: { request } }, answers.requestAnswer),
  requests: (chain: Chain) =>
    askAll(chain, { query: 'requests', row: answers.requestAnswer, keyOf: (row) => row.request }),
  quote: (chain: Chain, request: RequestBody) =>
    ask(chain, { quote: { request } }, answers.quoteAnswer),
  nonce: async (chain: Chain, address: string) =>
    (await ask(chain, { nonce: { address } }, answers.nonceAnswer)).next,
  beacon: (chain: Chain, round: bigint) => ask(chain, { beacon: { round } }, answers.beaconAnswer),
  fence: async (chain: Chain, poster: string, lane: string) =>
    (await ask(chain, { fence: { poster, lane } }, answers.fenceAnswer)).term,
};

/** The event chain's head (hex) and sequence from raw state at one height: what the log must agree with. */
export async function rawHead(
  chain: Chain,
  height?: bigint,
): Promise<{ head: string; seq: bigint; height: bigint }> {
  const head = await chain.rawState('head', height);
  const seq = await chain.rawState('seq', head.height);
  if (head.value.length !== 32 || seq.value.length !== 8) {
    throw new TransientError(
      `rpc: no event head of ${chain.network.contract} at height ${head.height}`,
    );
  }
  return {
    head: Buffer.from(head.value).toString('hex'),
    seq: Buffer.from(seq.value).readBigUInt64BE(),
    height: head.height,
  };
}
