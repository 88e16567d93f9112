import {
  appendArchive,
  ChangeSet,
  inTransaction,
  insertOutbox,
  movePosition,
  PROJECTION_VERSION,
  type OutboxRow,
  type Pool,
  type PoolClient,
  type Position,
} from '#libs/database';
import type { LogRecord } from '#libs/log';
import { archiveOf, decodeBatch, type BatchEvent } from './batch.js';
import { DutyBook } from './duties.js';
import { projectEvent } from './projections/project.js';

export interface Batch {
  /** Consecutive heights that continue `from`. */
  records: readonly LogRecord[];
  from: Position | undefined;
  term: bigint;
}

/** What a batch came to, for logs and metrics. */
export interface Applied {
  position: Position;
  events: number;
  parked: number;
  jobs: number;
}

/**
 * Applies consecutive heights in one transaction: position, archive, read models and outbox all move, or nothing does.
 * The position moves first, so that a leader of an older term stops before it writes a row.
 */
export async function applyBatch(pool: Pool, batch: Batch): Promise<Applied> {
  const blocks = batch.records.map(({ record }) => record);
  const events = decodeBatch(blocks);
  const position = positionAfter(batch);
  return await inTransaction(pool, async (client) => {
    await movePosition(client, { from: batch.from, to: position, term: batch.term });
    const archive = archiveOf(blocks, events);
    await appendArchive(client, 'blocks', archive.blocks);
    await appendArchive(client, 'events', archive.events);
    await appendArchive(client, 'transactions', archive.transactions);
    await appendArchive(client, 'parked', archive.parked);
    if (archive.parked[0] !== undefined) await markIncomplete(client, archive.parked[0].height);
    const jobs = await projectAll(client, events);
    const added = await insertOutbox(client, await emitted(client, jobs));
    // Projection rows and position are lost together and replayed; jobs exist nowhere else.
    if (added === 0) await client.query('SET LOCAL synchronous_commit = off');
    await client.query("SELECT pg_notify('applied', $1)", [position.height.toString()]);
    return { position, events: events.length, parked: archive.parked.length, jobs: added };
  });
}

function positionAfter({ records, from }: Batch): Position {
  const last = records.at(-1);
  if (last === undefined)
    throw new RangeError(`an empty batch after height ${from?.height ?? 'none'}`);
  const { record, offset } = last;
  return {
    height: record.height,
    seq: record.seq,
    head: record.head,
    blockHash: record.block_hash,
    blockTime: record.time,
    timeSeconds: record.time_seconds,
    logOffset: offset,
  };
}

async function markIncomplete(client: PoolClient, height: bigint): Promise<void> {
  await client.query(
    'UPDATE ops.projection SET incomplete_from = least(incomplete_from, $2) WHERE version = $1',
    [PROJECTION_VERSION, height],
  );
}

/** Folds the events in order and writes the rows they come to; returns the jobs they ask for. */
async function projectAll(client: PoolClient, events: readonly BatchEvent[]): Promise<OutboxRow[]> {
  const requests = new Set(
    events.flatMap(({ request }) => (request === undefined ? [] : [request])),
  );
  const duties = await DutyBook.load(client, requests);
  const changes = new ChangeSet();
  const jobs: OutboxRow[] = [];
  for (const { event, raw, block, request } of events) {
    if (event === undefined) continue;
    const at = {
      seq: raw.seq,
      height: block.height,
      txHash: raw.tx_hash,
      type: raw.type,
      duty: duties.of(request),
    };
    for (const change of projectEvent(event, at)) changes.add(change);
    for (const job of duties.take(event, request)) {
      jobs.push({ ...job, height: block.height, seq: raw.seq });
    }
  }
  await changes.write(client);
  return jobs;
}

/** Jobs of heights above the projection's emit height: a rebuild, which sets it, adds none. */
async function emitted(client: PoolClient, jobs: readonly OutboxRow[]): Promise<OutboxRow[]> {
  if (jobs.length === 0) return [];
  const { rows } = await client.query<{ emit_height: bigint }>(
    'SELECT emit_height FROM ops.projection WHERE version = $1',
    [PROJECTION_VERSION],
  );
  const above = rows[0]?.emit_height ?? 0n;
  return jobs.filter((job) => job.height > above);
}
