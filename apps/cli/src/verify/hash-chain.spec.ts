import { describe, expect, it } from 'vitest';
import { eventHeadGenesis, nextEventHead, toHex } from '#libs/protocol';
import { walkEvents } from './hash-chain.js';

const genesis = eventHeadGenesis('test-1', new Uint8Array(32));

function chained(bodies: string[]) {
  let head = genesis;
  return bodies.map((body, at) => {
    const event = { seq: BigInt(at + 1), type: 'epoch.started.v1', body };
    head = nextEventHead(head, event);
    return { ...event, head: toHex(head) };
  });
}

describe('walkEvents', () => {
  const start = { head: genesis, seq: 0n };
  const events = chained(['{"epoch":"1"}', '{"epoch":"2"}', '{"epoch":"3"}']);

  it('arrives at the head of an untouched archive', () => {
    expect(walkEvents(start, events)).toEqual({
      head: events[2]?.head,
      seq: 3n,
      broken: undefined,
    });
  });

  it('names the first event of which one byte was changed', () => {
    const forged = events.map((event) =>
      event.seq === 2n ? { ...event, body: '{"epoch":"9"}' } : event,
    );
    expect(walkEvents(start, forged).broken).toBe(
      'event 2 (epoch.started.v1) does not hash to its head',
    );
  });

  it('names the event that is missing', () => {
    expect(walkEvents(start, [...events.slice(0, 1), ...events.slice(2)]).broken).toBe(
      'event 2 is missing',
    );
  });
});
