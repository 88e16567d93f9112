export {
  Assembler,
  decodePart,
  encodeRecord,
  type LogRecord,
  type Message,
  type Origin,
} from './codec.js';
export * from './config.js';
export * from './record.js';
export { openLogReader, type LogReader, type Reading } from './reader.js';
export * from './scan.js';
export { deleteTopic, ensureTopic, logBounds, type Bounds, type LogAddress } from './topic.js';
export { openLogWriter, type LogWriter } from './writer.js';
export * from './continuity.js';
