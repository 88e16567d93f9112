import type { Crank, SignedAction } from '#libs/chain';

/** Gas of a transaction before its first message: signature, bytes of the envelope, fee. */
const TX_BASE = 60_000n;
/** Gas of a contract message before its first item: loading the pinned instance, clock, head. */
const MESSAGE_BASE = 35_000n;
/** Measured gas of one more item on the development chain, rounded up; `apps/sequencer/README.md` tells how. */
const ITEM = {
  accept_input: 45_000n,
  commit: 50_000n,
  reveal: 65_000n,
  refuse: 60_000n,
  request: 85_000n,
  withdraw: 50_000n,
  submit_beacon: 40_000n,
  tick: 15_000n,
  draw: 130_000n,
  poke: 250_000n,
  clear_base: 60_000n,
  clear_bid: 20_000n,
} as const;
/** Percent of the measured sum that is asked for. */
const MARGIN = 150n;
/** No transaction asks for more: what a block may hold. */
export const TX_GAS_MAX = 60_000_000n;

/** The kind of an action, from the single key of its JSON. */
export type ActionKind = 'accept_input' | 'commit' | 'reveal' | 'refuse' | 'request' | 'withdraw';

const isActionKind = (kind: string): kind is ActionKind =>
  ['accept_input', 'commit', 'reveal', 'refuse', 'request', 'withdraw'].includes(kind);

/** Gas of one action inside a batch. */
export function actionGas(action: SignedAction): bigint {
  const content: unknown = JSON.parse(Buffer.from(action.action).toString('utf8'));
  const kind =
    typeof content === 'object' && content !== null ? Object.keys(content)[0] : undefined;
  return kind !== undefined && isActionKind(kind) ? ITEM[kind] : ITEM.request;
}

/** Gas of one crank message, its own base excluded. */
export function crankGas(crank: Crank): bigint {
  if ('tick' in crank) return ITEM.tick;
  if ('submit_beacon' in crank) return ITEM.submit_beacon;
  if ('draw' in crank) return ITEM.draw * BigInt(crank.draw.requests.length);
  if ('clear' in crank) return ITEM.clear_base + ITEM.clear_bid * BigInt(crank.clear.limit);
  if ('poke' in crank) {
    return ITEM.poke * BigInt(crank.poke.requests.length + crank.poke.models.length);
  }
  return crank.submit_batch.actions.reduce((sum, action) => sum + actionGas(action), 0n);
}

/** What a transaction of these messages asks for; `factor` grows after a transaction ran out. */
export function txGas(messages: readonly Crank[], factor = 1n): bigint {
  const items = messages.reduce((sum, message) => sum + MESSAGE_BASE + crankGas(message), TX_BASE);
  const asked = (items * MARGIN * factor) / 100n;
  return asked < TX_GAS_MAX ? asked : TX_GAS_MAX;
}
