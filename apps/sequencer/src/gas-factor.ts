import { TX_GAS_MAX } from './gas.js';

/** How often the asked gas may double before a transaction that runs out counts as failed. */
const FACTOR_MAX = 4n;

/**
 * Multiplies the asked gas of one kind of transaction after one of them ran out. Each is judged by what it was signed
 * with: neither another one's failure nor another one's success says that this one had enough.
 */
export class GasFactor {
  #now = 1n;
  readonly #signedAt = new Map<string, bigint>();

  get now(): bigint {
    return this.#now;
  }

  /** The transaction was signed with the factor of now. */
  signed(hash: string): void {
    this.#signedAt.set(hash, this.#now);
  }

  /** A success that was asked for less says nothing of what raised the factor. */
  succeeded(hash: string): void {
    if (this.#take(hash) >= this.#now) this.#now = 1n;
  }

  /** Whether the transaction's messages may be tried again with more gas than it had. */
  ranOut(hash: string, gas: bigint): boolean {
    const had = this.#take(hash);
    if (had >= FACTOR_MAX || gas >= TX_GAS_MAX) return false;
    if (this.#now < 2n * had) this.#now = 2n * had;
    return true;
  }

  /** It ended in another way. */
  forget(hash: string): void {
    this.#signedAt.delete(hash);
  }

  /** Of an earlier process nothing is known: its transactions count as asked for once. */
  #take(hash: string): bigint {
    const had = this.#signedAt.get(hash) ?? 1n;
    this.#signedAt.delete(hash);
    return had;
  }
}
