import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { TransientError } from '#libs/service';

/** Where the log lies. One topic holds one contract's blocks in one partition: the order of the chain. */
export interface LogAddress {
  brokers: readonly string[];
  topic: string;
}

export const PARTITION = 0;
const SESSION_TIMEOUT_MS = 30_000;

/** Offsets that can be read: from `low` up to, not including, `high`. */
export interface Bounds {
  low: bigint;
  high: bigint;
}

export const kafkaOf = (address: LogAddress): Kafka =>
  new Kafka({
    clientId: 'atoma',
    brokers: [...address.brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 },
  });

/**
 * A consumer of its own group: a restarted member of an old group would wait for its dead predecessor (29 s measured).
 * Correctness rests on the offsets it seeks and the heights it checks, never on what the group has committed.
 */
export const freshConsumer = (address: LogAddress) =>
  kafkaOf(address).consumer({
    groupId: `${address.topic}-${randomUUID()}`,
    sessionTimeout: SESSION_TIMEOUT_MS,
    maxWaitTimeInMs: 100,
    maxBytes: 4_194_304,
    maxBytesPerPartition: 4_194_304,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 },
  });

/** Everything the broker's client throws may pass by itself; what it was doing is kept for the log. */
export const brokerError = (doing: string, cause: unknown): TransientError =>
  new TransientError(`kafka: ${doing} failed`, { cause });

async function withAdmin<T>(
  address: LogAddress,
  doing: string,
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = kafkaOf(address).admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (cause) {
    throw brokerError(doing, cause);
  } finally {
    await admin.disconnect();
  }
}

/** Makes the topic unless it is there: one partition, kept for ever. A missing topic takes seconds to fail. */
export const ensureTopic = (address: LogAddress): Promise<void> =>
  withAdmin(address, 'making the topic', async (admin) => {
    const configEntries = [
      { name: 'retention.ms', value: '-1' },
      { name: 'cleanup.policy', value: 'delete' },
    ];
    await admin.createTopics({
      waitForLeaders: true,
      topics: [{ topic: address.topic, numPartitions: 1, configEntries }],
    });
  });

export const deleteTopic = (address: LogAddress): Promise<void> =>
  withAdmin(address, 'deleting the topic', (admin) =>
    admin.deleteTopics({ topics: [address.topic] }),
  );

export const logBounds = (address: LogAddress): Promise<Bounds> =>
  withAdmin(address, 'reading the offsets', async (admin) => {
    const [partition] = await admin.fetchTopicOffsets(address.topic);
    if (partition === undefined) throw new TransientError('the topic has no partition');
    return { low: BigInt(partition.low), high: BigInt(partition.high) };
  });
