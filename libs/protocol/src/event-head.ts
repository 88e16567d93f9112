import { be64, framed, hash32, utf8 } from './encoding.js';
import { sha256 } from './hash.js';

/** The head before any event; `contract` is the canonical address. */
export const eventHeadGenesis = (chainId: string, contract: Uint8Array): Uint8Array =>
  sha256(utf8('atoma/events/v1'), framed(chainId), framed(contract));

/** One event as the hash chain sees it; `body` is its text as emitted. */
export interface ChainedEvent {
  seq: bigint;
  type: string;
  body: string;
}

export const nextEventHead = (head: Uint8Array, event: ChainedEvent): Uint8Array =>
  sha256(hash32(head), be64(event.seq), framed(event.type), framed(event.body));
