import type { Producer } from 'kafkajs';
import { encodeRecord, RECORD_BYTES_MAX, type Message, type Origin } from './codec.js';
import type { BlockRecord } from './record.js';
import { brokerError, kafkaOf, PARTITION, type LogAddress } from './topic.js';

const SEND_TIMEOUT_MS = 10_000;

export interface LogWriter {
  /** Appends heights in order; resolves once the broker has acknowledged them all. One call at a time. */
  append: (records: readonly BlockRecord[]) => Promise<void>;
  close: () => Promise<void>;
}

/** A writer that waits for every acknowledgement: acks=all, idempotent, one request in flight. */
export async function openLogWriter(address: LogAddress, origin: Origin): Promise<LogWriter> {
  const producer = kafkaOf(address).producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
  });
  try {
    await producer.connect();
  } catch (cause) {
    throw brokerError('connecting the writer', cause);
  }
  return {
    append: async (records) => {
      const messages = records.flatMap((record) => encodeRecord(record, origin));
      for (const batch of batchesOf(messages)) await send(producer, address.topic, batch);
    },
    close: () => producer.disconnect(),
  };
}

/** Batches within the broker's limit, which counts a batch as one message. */
export function batchesOf(messages: readonly Message[], bytesMax = RECORD_BYTES_MAX): Message[][] {
  const batches: Message[][] = [];
  let used = Infinity;
  for (const message of messages) {
    const size = Buffer.byteLength(message.value) + 512;
    if (used + size > bytesMax) {
      batches.push([]);
      used = 0;
    }
    used += size;
    batches[batches.length - 1]?.push(message);
  }
  return batches;
}

async function send(producer: Producer, topic: string, messages: Message[]): Promise<void> {
  try {
    await producer.send({
      topic,
      acks: -1,
      timeout: SEND_TIMEOUT_MS,
      messages: messages.map((message) => ({ ...message, partition: PARTITION })),
    });
  } catch (cause) {
    throw brokerError('appending', cause);
  }
}
