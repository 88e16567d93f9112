import { z } from 'zod';
import type { BlockResults, ChainEvent } from '#libs/chain';
import type { LoggedEvent } from '#libs/log';
import { InvariantViolation } from '#libs/service';

/** CosmWasm puts `wasm-` before the contract's own event type. */
const EVENT_TYPE = 'wasm-atoma';

const attributes = z.object({
  seq: z.string().regex(/^[1-9]\d*$/),
  type: z.string().min(1),
  body: z.string(),
  head: z.string().regex(/^[0-9a-f]{64}$/),
  msg_index: z.string().regex(/^\d+$/).default('0'),
  mode: z.enum(['BeginBlock', 'EndBlock']).optional(),
});

/** An ABCI event's attributes by key; the first of a key counts. */
function attributesOf(event: ChainEvent): Record<string, string> {
  return Object.fromEntries([...event.attributes].reverse().map(({ key, value }) => [key, value]));
}

/** Whether an event was emitted by the contract: the chain itself sets this attribute. */
export const isOfContract = (event: ChainEvent, contract: string): boolean =>
  attributesOf(event)['_contract_address'] === contract;

/** A block's transaction hashes by index, and the contract whose events are wanted. */
export interface Source {
  contract: string;
  hashes: readonly string[];
}

/** The contract's events of a block in their order: seq decides, wherever in the block they were emitted. */
export function contractEvents(results: BlockResults, source: Source): LoggedEvent[] {
  const inTxs = results.txs.flatMap((tx, index) =>
    tx.events.flatMap((event) => logged(event, index, source)),
  );
  const outside = results.events.flatMap((event) => logged(event, -1, source));
  return [...inTxs, ...outside].sort((a, b) => (a.seq < b.seq ? -1 : 1));
}

function logged(event: ChainEvent, index: number, source: Source): LoggedEvent[] {
  if (event.type !== EVENT_TYPE || !isOfContract(event, source.contract)) return [];
  const parsed = attributes.safeParse(attributesOf(event));
  if (!parsed.success) {
    const names = parsed.error.issues.map((issue) => issue.path.join('.'));
    throw new InvariantViolation(`an event of the contract has no proper ${names.join(', ')}`);
  }
  const { seq, type, body, head, msg_index, mode } = parsed.data;
  return [
    {
      seq: BigInt(seq),
      type,
      body,
      head,
      tx_hash: index < 0 ? null : (source.hashes[index] ?? null),
      tx_index: index < 0 ? (mode === 'BeginBlock' ? -2 : -1) : index,
      msg_index: Number(msg_index),
    },
  ];
}
