import { be32, concatBytes, framed, fromUtf8, u8, utf8 } from './encoding.js';
import { ProtocolError } from './errors.js';
import { sha256 } from './hash.js';

const VERSION = 1;
const HEAD_BYTES = 6;

/** Why a generation ended; the numbers are on the wire. */
export const FINISH_REASON = { stop: 1, length: 2 } as const;
export type FinishReason = keyof typeof FINISH_REASON;

/** What a node computed. Token ids are 32-bit. */
export interface Output {
  finish: FinishReason;
  tokens: readonly number[];
  text: string;
}

/** The canonical bytes O: version, finish reason, token ids, text. */
export function encodeOutput(output: Output): Uint8Array {
  return concatBytes(
    u8(VERSION),
    u8(FINISH_REASON[output.finish]),
    be32(output.tokens.length),
    ...output.tokens.map(be32),
    framed(output.text),
  );
}

/** Reads O and refuses everything that `encodeOutput` would not have written. */
export function decodeOutput(bytes: Uint8Array): Output {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD_BYTES || bytes[0] !== VERSION) throw malformed('its head');
  const finish = finishReasonOf(view.getUint8(1));
  const count = view.getUint32(2);
  const textAt = HEAD_BYTES + 4 * count;
  if (bytes.length < textAt + 4) throw malformed('its length');
  const tokens = Array.from({ length: count }, (_, i) => view.getUint32(HEAD_BYTES + 4 * i));
  if (bytes.length !== textAt + 4 + view.getUint32(textAt)) throw malformed('its length');
  return { finish, tokens, text: fromUtf8(bytes.subarray(textAt + 4)) };
}

/** The name of a finish reason on the wire. */
export function finishReasonOf(value: number): FinishReason {
  switch (value) {
    case FINISH_REASON.stop:
      return 'stop';
    case FINISH_REASON.length:
      return 'length';
    default:
      throw malformed('its finish reason');
  }
}

/** D, which commitments and deliveries are bound to. */
export const outputDigest = (encoded: Uint8Array): Uint8Array =>
  sha256(utf8('atoma/output/v1'), encoded);

const malformed = (what: string): ProtocolError =>
  new ProtocolError('malformed', `the output is malformed: ${what}`);
