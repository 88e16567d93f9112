import { TransientError } from '#libs/service';
import type { LogRecord } from './codec.js';
import { openLogReader } from './reader.js';
import { logBounds, type LogAddress } from './topic.js';

const SCAN_TIMEOUT_MS = 60_000;
/** More than a height ever has parts, so that the last whole height is usually found at once. */
const TAIL_RECORDS = 64n;

/**
 * Visits the records of [from, to) in order until the visitor returns true. Records that begin before `from` are not
 * seen. Throws `TransientError` when the broker does not deliver in time.
 */
async function scan(
  address: LogAddress,
  range: { from: bigint; to: bigint },
  visit: (record: LogRecord) => boolean,
): Promise<void> {
  if (range.from >= range.to) return;
  let finish: () => void = () => undefined;
  let giveUp: (error: Error) => void = () => undefined;
  const finished = new Promise<void>((resolve, reject) => {
    finish = resolve;
    giveUp = reject;
  });
  const reading = await openLogReader(address).read(range.from, (records, next) => {
    const wanted = records.filter((record) => record.offset < range.to);
    if (wanted.some(visit) || next >= range.to) finish();
    return Promise.resolve();
  });
  const late = new TransientError(`offsets ${range.from} to ${range.to} did not arrive in time`);
  const timer = setTimeout(() => giveUp(late), SCAN_TIMEOUT_MS);
  try {
    await Promise.race([finished, reading.failed]);
  } finally {
    clearTimeout(timer);
    await reading.stop();
  }
}

/** The last whole height of the log; undefined for an empty log. */
export async function logTail(address: LogAddress): Promise<LogRecord | undefined> {
  const { low, high } = await logBounds(address);
  for (let count = TAIL_RECORDS; ; count *= 4n) {
    const from = high - count > low ? high - count : low;
    let last: LogRecord | undefined;
    await scan(address, { from, to: high }, (record) => {
      last = record;
      return false;
    });
    if (last !== undefined || from === low) return last;
  }
}

/** The first record of a height at or after an offset; undefined if the log has none yet. */
export async function findHeight(
  address: LogAddress,
  height: bigint,
  from: bigint,
): Promise<LogRecord | undefined> {
  const { low, high } = await logBounds(address);
  let found: LogRecord | undefined;
  await scan(address, { from: from > low ? from : low, to: high }, (record) => {
    if (record.record.height !== height) return false;
    found = record;
    return true;
  });
  return found;
}
