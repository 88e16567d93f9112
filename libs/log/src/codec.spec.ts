import { describe, expect, it } from 'vitest';
import { Assembler, decodePart, encodeRecord, type LogRecord, type Message } from './codec.js';
import type { BlockRecord } from './record.js';

const hash = 'AB'.repeat(32);
const block = (height: bigint, events = 0, padding = 0): BlockRecord => ({
  chain_id: 'spec-1',
  height,
  time: '2026-11-22T16:00:00.123456789Z',
  time_seconds: 1_795_363_200n,
  block_hash: hash,
  previous_block_hash: hash,
  app_hash: hash,
  head: 'cd'.repeat(32),
  seq: BigInt(events),
  events: Array.from({ length: events }, (_, i) => ({
    seq: BigInt(i + 1),
    type: 'model.validated.v1',
    body: JSON.stringify({ model: 'ü'.repeat(padding) }),
    head: 'cd'.repeat(32),
    tx_hash: hash,
    tx_index: 0,
    msg_index: 0,
  })),
  txs: [
    {
      hash,
      index: 0,
      code: 5,
      codespace: 'wasm',
      gas_wanted: 2n ** 60n,
      gas_used: 1n,
      log: 'no',
      signers: ['a'],
    },
  ],
});
const origin = { contract: 'wasm1c', term: 3n };

function assemble(messages: Message[]): LogRecord[] {
  const assembler = new Assembler();
  return messages.flatMap(({ value }, i) => {
    const offset = BigInt(i);
    return assembler.add(decodePart(value, offset), offset, 3n) ?? [];
  });
}

describe('the log record', () => {
  it('comes back as it went in, an empty height too', () => {
    const records = [block(7n, 3, 10), block(8n)];
    const messages = records.flatMap((record) => encodeRecord(record, origin));
    expect(messages).toHaveLength(2);
    expect(assemble(messages).map(({ record }) => record)).toEqual(records);
  });

  it('names chain, contract, height and term in its CloudEvents headers', () => {
    expect(encodeRecord(block(7n), origin)[0]?.headers).toMatchObject({
      ce_id: 'spec-1/wasm1c/7/0',
      ce_type: 'chain.block.v1',
      ce_chainheight: '7',
      ce_term: '3',
    });
  });

  it('is split so that no part exceeds the limit, in bytes rather than characters', () => {
    const record = block(7n, 40, 1_000);
    const messages = encodeRecord(record, origin, 10_000);
    expect(messages.length).toBeGreaterThan(5);
    for (const { value } of messages) expect(Buffer.byteLength(value)).toBeLessThanOrEqual(10_000);
    expect(assemble(messages)).toEqual([{ record, offset: 0n, term: 3n }]);
  });

  it('is refused when one event alone is larger than a record may be', () => {
    expect(() => encodeRecord(block(7n, 1, 10_000), origin, 10_000)).toThrow(
      expect.objectContaining({ code: 'record_too_large' }),
    );
  });

  it('is whole only once, though its writer died between two parts and began again', () => {
    const messages = encodeRecord(block(7n, 40, 1_000), origin, 20_000);
    const died = messages.slice(0, 2);
    const found = assemble([...died, ...messages, ...encodeRecord(block(8n), origin)]);
    expect(found.map(({ record, offset }) => [record.height, offset])).toEqual([
      [7n, 2n],
      [8n, BigInt(2 + messages.length)],
    ]);
  });

  it.each(['', 'null', '{}', '{"height":"1"}', '\u0000'])(
    'is refused when it reads %j',
    (value) => {
      expect(() => decodePart(value, 4n)).toThrow(/log offset 4/);
    },
  );
});
