import { describe, expect, it } from 'vitest';
import { decodeReport, encodeReport, type ReportContent } from './report.js';

const content: ReportContent = {
  checks: [{ name: 'outputs are equal', ok: true, detail: '3 nodes' }],
  requests: [
    { id: '1', mode: 'sampling', state: 'settled', txs: ['A'.repeat(64)], heights: ['12'] },
  ],
  conservation: { bank: '1000', accounted: '1000' },
  timingsMs: { accepted_to_settled: 9_000 },
};

describe('a demo report', () => {
  it('reads back as it was written', () => {
    expect(decodeReport(encodeReport(content))).toMatchObject(content);
  });

  it('is refused when any single byte of it is flipped', () => {
    const bytes = Buffer.from(encodeReport(content));
    for (let at = 0; at < bytes.length; at += 1) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      expect(() => decodeReport(flipped.toString('utf8')), `byte ${at}`).toThrow();
    }
  });
});
