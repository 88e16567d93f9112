import { be64, framed, utf8 } from './encoding.js';
import { sha256 } from './hash.js';

/** Headers of a call signed by a work key. */
export const HTTP_SIGNATURE_HEADERS = {
  ticket: 'x-atoma-ticket',
  time: 'x-atoma-time',
  signature: 'x-atoma-signature',
} as const;

/** A signed call is refused when its time is further away than this. */
export const HTTP_SIGNATURE_SKEW_MS = 30_000n;

export interface HttpCall {
  /** Upper case. */
  method: string;
  /** With the query. */
  path: string;
  timeMs: bigint;
  body: Uint8Array;
}

/** The 32 bytes that the work key signs with Ed25519. */
export const httpDigest = (call: HttpCall): Uint8Array =>
  sha256(
    utf8('atoma/http/v1'),
    framed(call.method),
    framed(call.path),
    be64(call.timeMs),
    sha256(call.body),
  );
