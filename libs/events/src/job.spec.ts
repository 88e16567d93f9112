import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  decideJobs,
  decodeEvent,
  evolveDuty,
  type ChainEvent,
  type Job,
  type RequestDuty,
} from './index.js';

const sample = (type: string, change: Record<string, unknown> = {}): ChainEvent => {
  const text = readFileSync(new URL(`../golden/${type}.json`, import.meta.url), 'utf8');
  const { body } = JSON.parse(text) as { body: Record<string, unknown> };
  return decodeEvent({ seq: 1n, type, body: JSON.stringify({ ...body, ...change }) });
};

/** Folds events of one request; returns the jobs of the last one and the duty after it. */
const fold = (...events: ChainEvent[]): { jobs: Job[]; duty: RequestDuty | undefined } =>
  events.reduce<{ jobs: Job[]; duty: RequestDuty | undefined }>(
    ({ duty }, event) => ({ jobs: decideJobs(event, duty), duty: evolveDuty(duty, event) }),
    { jobs: [], duty: undefined },
  );

const submitted = sample('request.submitted.v1');
const assigned = sample('request.assigned.v1');
const redrawn = sample('request.assigned.v1', {
  slots: [{ attempt: 2, owner: 'o', slot: 2, ticket: '5' }],
});
const ids = (jobs: Job[]) => jobs.map((job) => job.id);

describe('decideJobs', () => {
  it('asks every drawn node to infer, with hashes and references only', () => {
    const { jobs } = fold(submitted, assigned);
    expect(ids(jobs)).toEqual(['infer-1-7-1', 'infer-1-8-1', 'infer-1-3-1']);
    expect(Object.keys(jobs[0]?.payload ?? {}).sort()).toEqual([
      'accept_by',
      'attempt',
      'input_hash',
      'input_tokens',
      'max_output_tokens',
      'model',
      'n',
      'params_hash',
      'price',
      'request',
      'slot',
      'ticket',
    ]);
  });

  it('asks only the new node of a redrawn slot', () => {
    expect(ids(fold(submitted, assigned, sample('slot.vacated.v1'), redrawn).jobs)).toEqual([
      'infer-1-5-2',
    ]);
  });

  it('asks whoever holds the slots now to reveal', () => {
    const { jobs } = fold(
      submitted,
      assigned,
      sample('slot.vacated.v1'),
      redrawn,
      sample('request.committed.v1'),
    );
    expect(ids(jobs)).toEqual(['reveal-1-7-1', 'reveal-1-5-2', 'reveal-1-3-1']);
  });

  it('cancels the node that lost its slot', () => {
    const { jobs } = fold(submitted, assigned, sample('slot.vacated.v1'));
    expect(jobs).toMatchObject([{ id: 'cancel-1-8-1', payload: { reason: 'not_accepted' } }]);
  });

  it.each(['request.refunded.v1', 'request.disputed.v1'])('cancels every node on %s', (type) => {
    const { jobs, duty } = fold(submitted, assigned, sample(type, { request: '1' }));
    expect(ids(jobs)).toEqual(['cancel-1-7-1', 'cancel-1-8-1', 'cancel-1-3-1']);
    expect(duty).toBeUndefined();
  });

  it('makes no job of events that ask nobody for anything', () => {
    const silent = [
      'input.accepted.v1',
      'commitment.made.v1',
      'commitment.revealed.v1',
      'request.settled.v1',
    ];
    for (const type of silent) expect(fold(submitted, assigned, sample(type)).jobs).toEqual([]);
  });
});
