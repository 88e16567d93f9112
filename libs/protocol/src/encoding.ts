import { ProtocolError } from './errors.js';

const U32_MAX = 0xffff_ffff;
const U64_MAX = (1n << 64n) - 1n;
const HEX = /^(?:[0-9a-f]{2})*$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function u8(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0xff) {
    throw new ProtocolError('out_of_range', `a byte was expected, got ${value}`);
  }
  return Uint8Array.of(value);
}

/** Four bytes, big-endian. */
export function be32(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > U32_MAX) {
    throw new ProtocolError('out_of_range', `32 unsigned bits were expected, got ${value}`);
  }
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Eight bytes, big-endian. */
export function be64(value: bigint): Uint8Array {
  if (value < 0n || value > U64_MAX) {
    throw new ProtocolError('out_of_range', `64 unsigned bits were expected, got ${value}`);
  }
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** Refuses bytes that are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw new ProtocolError('malformed', 'the text is not UTF-8');
    throw error;
  }
}

export function concatBytes(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** be32(length) and the bytes; text as UTF-8. */
export function framed(field: Uint8Array | string): Uint8Array {
  const bytes = typeof field === 'string' ? utf8(field) : field;
  return concatBytes(be32(bytes.length), bytes);
}

/** Passes 32 bytes through and refuses anything else. */
export function hash32(bytes: Uint8Array): Uint8Array {
  if (bytes.length !== 32) {
    throw new ProtocolError('out_of_range', `32 bytes were expected, got ${bytes.length}`);
  }
  return bytes;
}

export const bytesEqual = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && Buffer.compare(left, right) === 0;

/** Lower-case hexadecimal. */
export const toHex = (bytes: Uint8Array): string => viewOf(bytes).toString('hex');

/** Refuses upper case, odd lengths and other characters. */
export function fromHex(text: string): Uint8Array {
  if (!HEX.test(text)) throw new ProtocolError('malformed', 'lower-case hexadecimal was expected');
  return new Uint8Array(Buffer.from(text, 'hex'));
}

/** Standard alphabet with padding. */
export const toBase64 = (bytes: Uint8Array): string => viewOf(bytes).toString('base64');

/** Refuses everything but the one standard encoding of the bytes. */
export function fromBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) {
    throw new ProtocolError('malformed', 'padded standard base64 was expected');
  }
  return new Uint8Array(bytes);
}

const viewOf = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
