import { be64, framed, hash32, utf8 } from './encoding.js';
import { sha256 } from './hash.js';

/** What a node signs over the output it hands out; two digests for one request are proof against it. */
export interface Delivery {
  chainId: string;
  /** Canonical address bytes. */
  contract: Uint8Array;
  request: bigint;
  ticket: bigint;
  /** D of the output. */
  digest: Uint8Array;
}

export const deliveryDigest = (delivery: Delivery): Uint8Array =>
  sha256(
    utf8('atoma/delivery/v1'),
    framed(delivery.chainId),
    framed(delivery.contract),
    be64(delivery.request),
    be64(delivery.ticket),
    hash32(delivery.digest),
  );
