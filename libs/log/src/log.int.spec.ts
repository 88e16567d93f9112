import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { stackState } from '../../../test/support/stack.js';
import {
  deleteTopic,
  ensureTopic,
  findHeight,
  logBounds,
  logTail,
  openLogReader,
  openLogWriter,
  type BlockRecord,
  type LogAddress,
  type LogRecord,
  type LogWriter,
  type Reading,
} from './index.js';

const hash = 'AB'.repeat(32);
const block = (height: number, eventBytes = 0): BlockRecord => ({
  chain_id: 'spec-1',
  height: BigInt(height),
  time: '2026-11-22T16:00:00Z',
  time_seconds: 1_795_363_200n,
  block_hash: hash,
  previous_block_hash: hash,
  app_hash: hash,
  head: 'cd'.repeat(32),
  seq: 0n,
  events: Array.from({ length: Math.ceil(eventBytes / 100_000) }, (_, i) => ({
    seq: BigInt(i),
    type: 'a.b.v1',
    body: 'x'.repeat(100_000),
    head: '',
    tx_hash: null,
    tx_index: -1,
    msg_index: 0,
  })),
  txs: [],
});

let address: LogAddress;
let writer: LogWriter;
let readings: Reading[];

beforeEach(async () => {
  address = { brokers: [stackState().urls.kafka], topic: `spec-${randomUUID()}` };
  await ensureTopic(address);
  writer = await openLogWriter(address, { contract: 'c', term: 1n });
  readings = [];
});
afterEach(async () => {
  await Promise.all(readings.map((reading) => reading.stop()));
  await writer.close();
  await deleteTopic(address);
});

/** Reads until `count` records are there. */
const readFrom = (from: bigint, count: number): Promise<LogRecord[]> =>
  new Promise((resolve, reject) => {
    const seen: LogRecord[] = [];
    openLogReader(address)
      .read(from, (records) => {
        seen.push(...records);
        if (seen.length >= count) resolve(seen);
        return Promise.resolve();
      })
      .then((reading) => {
        readings.push(reading);
        reading.failed.catch(reject);
      }, reject);
  });
const heights = (records: LogRecord[]): number[] =>
  records.map(({ record }) => Number(record.height));

it('gives back what was appended, in order, from any offset', async () => {
  await writer.append([1, 2, 3].map((height) => block(height)));
  await writer.append([block(4)]);
  expect(heights(await readFrom(0n, 4))).toEqual([1, 2, 3, 4]);
  expect(heights(await readFrom(2n, 2))).toEqual([3, 4]);
});

it('goes on with what is appended while it reads', async () => {
  const reading = readFrom(0n, 2);
  await writer.append([block(1)]);
  await writer.append([block(2)]);
  expect(heights(await reading)).toEqual([1, 2]);
});

it('carries a height larger than a broker takes', async () => {
  await writer.append([block(1, 3_000_000), block(2)]);
  const [large, small] = await readFrom(0n, 2);
  expect(large?.record.events).toHaveLength(30);
  expect(small?.offset).toBeGreaterThan(3n);
  expect((await logTail(address))?.record.height).toBe(2n);
});

it('knows an empty log, its tail, and where a height lies', async () => {
  expect(await logTail(address)).toBeUndefined();
  await writer.append(Array.from({ length: 200 }, (_, i) => block(i + 1)));
  expect((await logTail(address))?.record.height).toBe(200n);
  expect((await findHeight(address, 150n, 0n))?.offset).toBe(149n);
  expect(await findHeight(address, 150n, 160n)).toBeUndefined();
  expect(await logBounds(address)).toEqual({ low: 0n, high: 200n });
});

it('finds the last whole height behind the parts of one that was never finished', async () => {
  await writer.append([block(1)]);
  const { kafkaOf } = await import('./topic.js');
  const { encodeRecord } = await import('./codec.js');
  const producer = kafkaOf(address).producer();
  await producer.connect();
  const unfinished = encodeRecord(block(2, 3_000_000), { contract: 'c', term: 1n }).slice(0, 2);
  for (const message of unfinished)
    await producer.send({ topic: address.topic, messages: [message] });
  await producer.disconnect();
  expect((await logTail(address))?.record.height).toBe(1n);
});

it('stops for good when its handler fails', async () => {
  await writer.append([block(1), block(2)]);
  let calls = 0;
  const reading = await openLogReader(address).read(0n, () => {
    calls += 1;
    return Promise.reject(new Error('handler broke'));
  });
  readings.push(reading);
  await expect(reading.failed).rejects.toThrow('handler broke');
  await writer.append([block(3)]);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(calls).toBe(1);
});
