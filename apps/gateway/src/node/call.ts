import {
  ed25519Verify,
  fromHex,
  HTTP_SIGNATURE_HEADERS,
  HTTP_SIGNATURE_SKEW_MS,
  httpDigest,
} from '#libs/protocol';
import { ApiError } from '../http/api-error.js';

/** A call as it arrived; `body` is the raw bytes. */
export interface NodeCall {
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: Uint8Array;
}

/** What the headers claim; nothing is proven yet. */
export interface NodeClaim {
  ticket: bigint;
  timeMs: bigint;
  signature: Uint8Array;
}

/** Reads the three headers of a signed call and checks its time against ours (30 s either way). */
export function parseNodeClaim(headers: NodeCall['headers'], nowMs: number): NodeClaim {
  const ticket = headers[HTTP_SIGNATURE_HEADERS.ticket];
  const time = headers[HTTP_SIGNATURE_HEADERS.time];
  const signature = headers[HTTP_SIGNATURE_HEADERS.signature];
  if (!isU64(ticket) || !isU64(time) || typeof signature !== 'string') {
    throw unsigned('this call needs x-atoma-ticket, x-atoma-time and x-atoma-signature');
  }
  const timeMs = BigInt(time);
  const skew = timeMs - BigInt(nowMs);
  if (skew > HTTP_SIGNATURE_SKEW_MS || skew < -HTTP_SIGNATURE_SKEW_MS) {
    throw unsigned(
      `the call's time is ${skew} ms from ours, allowed are ${HTTP_SIGNATURE_SKEW_MS}`,
    );
  }
  return { ticket: BigInt(ticket), timeMs, signature: Buffer.from(signature, 'base64') };
}

/** Whether the work key (hex) signed exactly this call at the claimed time. */
export const isSignedCall = (call: NodeCall, claim: NodeClaim, workKey: string): boolean =>
  ed25519Verify(
    fromHex(workKey),
    httpDigest({ method: call.method, path: call.path, timeMs: claim.timeMs, body: call.body }),
    claim.signature,
  );

export const unsigned = (why: string): ApiError =>
  new ApiError(401, 'bad_signature', `Not let in: ${why}.`);

export const notOnPanel = (request: bigint, ticket: bigint): ApiError =>
  new ApiError(403, 'not_on_panel', `Ticket ${ticket} holds no slot of request ${request}.`);

const isU64 = (value: string | string[] | undefined): value is string =>
  typeof value === 'string' && /^\d{1,19}$/.test(value);
