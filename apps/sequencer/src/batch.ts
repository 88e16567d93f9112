import { actionGas, TX_GAS_MAX } from './gas.js';
import type { WaitingAction } from './tx-store.js';

/** Actions of one transaction: about a block's worth of gas. */
export const BATCH_COUNT_MAX = 100;
/** Bytes of one transaction's actions, well below the mempool's 1 MiB. */
export const BATCH_BYTES_MAX = 400_000;

/** The longest prefix that fits count, bytes and gas; always at least one action. */
export function takeBatch(waiting: readonly WaitingAction[], countMax: number): WaitingAction[] {
  let bytes = 0;
  let gas = 0n;
  const taken: WaitingAction[] = [];
  for (const action of waiting.slice(0, Math.max(1, countMax))) {
    bytes += action.bytes;
    gas += actionGas(action.signed);
    if (taken.length > 0 && (bytes > BATCH_BYTES_MAX || gas > TX_GAS_MAX / 2n)) break;
    taken.push(action);
  }
  return taken;
}

/** How many messages a transaction may hold now: halved by a failure of the whole, doubled by a success. */
export class Bisection {
  #limit: number;

  constructor(private readonly most: number) {
    this.#limit = most;
  }

  get limit(): number {
    return this.#limit;
  }

  failed(members: number): void {
    this.#limit = Math.max(1, Math.floor(members / 2));
  }

  succeeded(): void {
    this.#limit = Math.min(this.most, this.#limit * 2);
  }
}
