import { describe, expect, it } from 'vitest';
import { stageTimings } from './watch.js';

describe('stageTimings', () => {
  it('measures each stage from the end of the one before', () => {
    const seen = {
      'request.submitted.v1': 400,
      'request.assigned.v1': 3_000,
      'request.agreed.v1': 7_000,
    };
    expect(stageTimings(seen)).toEqual({
      'stage: on chain': 400,
      'stage: panel drawn': 2_600,
      'stage: all revealed, agreed': 4_000,
    });
  });
});
