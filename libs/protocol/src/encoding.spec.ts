import { describe, expect, it } from 'vitest';
import {
  be32,
  be64,
  decodeOutput,
  encodeOutput,
  fromBase64,
  fromHex,
  hash32,
  panelSize,
  ProtocolError,
  rootOf,
  splitByBps,
  toBase64,
  toHex,
} from './index.js';

describe('encodings', () => {
  it('refuse integers that do not fit their width', () => {
    for (const value of [-1, 2 ** 32, 0.5]) expect(() => be32(value)).toThrow(ProtocolError);
    for (const value of [-1n, 2n ** 64n]) expect(() => be64(value)).toThrow(ProtocolError);
  });

  it('read hexadecimal and base64 back, in their one spelling', () => {
    const bytes = Uint8Array.of(0, 15, 255, 254);
    expect(fromHex(toHex(bytes))).toEqual(bytes);
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    for (const text of ['0', 'AB', 'zz', '0x00']) {
      expect(() => fromHex(text)).toThrow(ProtocolError);
    }
    for (const text of ['AA', 'AB==', 'A*==', '_w==']) {
      expect(() => fromBase64(text)).toThrow(ProtocolError);
    }
  });

  it('refuse hashes of another length', () => {
    expect(() => hash32(new Uint8Array(31))).toThrow(/32 bytes/);
    expect(() => rootOf([])).toThrow(/1 to 64 leaves/);
  });

  it('refuse outputs with bytes missing, left over or unknown', () => {
    const encoded = encodeOutput({ finish: 'stop', tokens: [1], text: 'é' });
    const changed = (at: number, value: number): Uint8Array =>
      encoded.map((byte, i) => (i === at ? value : byte));
    const left = Uint8Array.from([...encoded, 0]);
    for (const bytes of [encoded.subarray(0, -1), left, changed(0, 2), changed(1, 3)]) {
      expect(() => decodeOutput(bytes)).toThrow(/malformed/);
    }
    expect(() => decodeOutput(changed(encoded.length - 1, 0x20))).toThrow(/UTF-8/);
    expect(() => decodeOutput(changed(2, 0xff))).toThrow(/length/);
  });
});

describe('rules', () => {
  it('refuse splits that do not sum to the whole', () => {
    expect(() => splitByBps(100n, [5_000, 4_999])).toThrow(/sum to 10000/);
  });

  it('give the larger panel that a caller asks for and refuse a smaller one', () => {
    const inputs = {
      eligible: 100,
      captureBps: 5_000,
      maxDraws: 1,
      atRisk: 1_000_000n,
      riskBudget: 1_000n,
      samplingMin: 3,
    };
    expect(panelSize(inputs)).toBe(10);
    expect(panelSize({ ...inputs, requested: 12 })).toBe(12);
    expect(() => panelSize({ ...inputs, requested: 9 })).toThrow(/needs 10 nodes/);
    expect(() => panelSize({ ...inputs, requested: 65 })).toThrow(ProtocolError);
  });
});
