export const TOPIC = 'chain.blocks.v1';

/**
 * Makes the log's topic (one partition: the order of the chain) unless it is there.
 * @param {number} port the broker's
 */
export async function ensureTopic(port) {
  const { Kafka, logLevel } = await import('kafkajs');
  const kafka = new Kafka({
    clientId: 'stack',
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
  });
  const admin = kafka.admin();
  await admin.connect();
  try {
    const options = [
      { name: 'retention.ms', value: '-1' },
      { name: 'max.message.bytes', value: '1048588' },
    ];
    await admin.createTopics({
      topics: [{ topic: TOPIC, numPartitions: 1, replicationFactor: 1, configEntries: options }],
    });
  } finally {
    await admin.disconnect();
  }
}
