import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stackDir } from '../paths.mjs';
import { run } from '../run.mjs';

const HEAP = [
  '-Xms64m',
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:+ExitOnOutOfMemoryError',
  '-XX:TieredStopAtLevel=1',
];

/** server.properties of a single broker that is its own controller, on loopback. */
export function brokerProperties({ port, controllerPort, logDir }) {
  const single = ['offsets.topic', 'transaction.state.log', 'share.coordinator.state.topic'];
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': logDir,
    ...Object.fromEntries(
      single.flatMap((topic) => [
        [`${topic}.replication.factor`, 1],
        [`${topic}.min.isr`, 1],
      ]),
    ),
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.num.partitions': 1,
    'default.replication.factor': 1,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'log.retention.ms': -1,
    'log.cleaner.dedupe.buffer.size': 16777216,
    'broker.session.timeout.ms': 4000,
    'broker.heartbeat.interval.ms': 500,
  };
}

const asProperties = (values) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

/**
 * The command line of a broker.
 * @param {{java: string, jars: string}} tools
 * @param {{properties: string, jvm?: string[]}} options
 */
export function brokerCommand(tools, { properties, jvm = [] }) {
  const log4j = `-Dlog4j2.configurationFile=${join(stackDir, 'kafka', 'log4j2.properties')}`;
  return {
    command: tools.java,
    args: [...HEAP, ...jvm, log4j, '-cp', join(tools.jars, '*'), 'kafka.Kafka', properties],
  };
}

/** 16 random bytes in base64url; the cleared top bit keeps the first character from being a dash, read as an option. */
export function clusterId(random = randomBytes(16)) {
  random[0] &= 0x7f;
  return random.toString('base64url');
}

/**
 * Writes server.properties under a folder and formats its log folder unless it is formatted; returns the file's path.
 * @param {{java: string, jars: string}} tools
 * @param {{dir: string, port: number, controllerPort: number}} options
 */
export async function formatBroker(tools, { dir, port, controllerPort }) {
  mkdirSync(dir, { recursive: true });
  const logDir = join(dir, 'logs');
  const properties = join(dir, 'server.properties');
  writeFileSync(properties, asProperties(brokerProperties({ port, controllerPort, logDir })));
  if (!existsSync(join(logDir, 'meta.properties'))) {
    const id = clusterId();
    const jvm = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', join(tools.jars, '*')];
    const format = [
      'kafka.tools.StorageTool',
      'format',
      '--standalone',
      '--ignore-formatted',
      '-t',
      id,
      '-c',
      properties,
    ];
    await run(tools.java, [...jvm, ...format]);
  }
  return properties;
}

/** @param {import('../index.mjs').StackContext} context */
export async function prepareKafka({ tools, dataDir, ports }) {
  const options = {
    dir: join(dataDir, 'kafka'),
    port: ports.kafka,
    controllerPort: ports.kafkaController,
  };
  const properties = await formatBroker(tools, options);
  const jvm = tools.cds ? [`-XX:SharedArchiveFile=${tools.cds}`, '-Xshare:auto'] : [];
  return {
    name: 'kafka',
    kind: 'infra',
    ...brokerCommand(tools, { properties, jvm }),
    ready: { kind: 'kafka', port: ports.kafka, timeoutMs: 60_000 },
  };
}
