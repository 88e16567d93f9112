import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  clientOf,
  countOf,
  eventually,
  final,
  fundedKey,
  inState,
  MODEL,
  openNetwork,
  requestOf,
  slashes,
  workerWithKey,
  type Network,
} from './support.js';

/** Key of the advisory lock that the test's trigger waits for. */
const GATE = 4_711;

describe('kill -9 with a request in flight', () => {
  let network: Network;
  beforeAll(async () => {
    network = await openNetwork();
  });
  afterAll(() => network.pool.end());

  const askWith = (key: string) =>
    clientOf(network, key).chat.completions.create({
      model: MODEL,
      max_completion_tokens: 16,
      messages: [{ role: 'user', content: 'And it came to pass' }],
    });

  async function ask() {
    const key = await fundedKey(network);
    return { answer: askWith(key.key), wallet: key.wallet, before: await slashes(network) };
  }

  async function settlesOnce(asked: Awaited<ReturnType<typeof ask>>): Promise<void> {
    const { usage } = await asked.answer;
    const life = await final(network, await requestOf(network, asked.wallet));
    expect(life.state).toBe('settled');
    expect(countOf(life, 'request.settled.v1')).toBe(1);
    expect(countOf(life, 'commitment.revealed.v1')).toBe(3);
    expect(await slashes(network)).toBe(asked.before);
    const { rows } = await network.pool.query<{ output_tokens: string; count: string }>(
      'select max(output_tokens) as output_tokens, count(*) from read.requests where requester = $1',
      [asked.wallet],
    );
    expect(rows[0]).toEqual({ output_tokens: String(usage?.completion_tokens), count: '1' });
  }

  it('of the projector inside its transaction: rows and position arrive once', async () => {
    const asked = await ask();
    await requestOf(network, asked.wallet);
    const holder = await network.pool.connect();
    try {
      await holder.query('begin; lock table projection_v1.request_slots in share mode');
      await eventually('the projector to wait inside its transaction', async () => {
        // Not on the holder's connection: within a transaction this view is read once and then remembered.
        const { rows } = await network.pool.query(
          "select 1 from pg_stat_activity where usename = 'projector' and wait_event_type = 'Lock' and backend_xid is not null",
        );
        return rows[0] as object | undefined;
      });
      await network.parts.kill('projector');
    } finally {
      await holder.query('rollback');
      holder.release();
    }
    await settlesOnce(asked);
  });

  it('of a worker between its commitment and its reveal: the same output is revealed', async () => {
    const asked = await ask();
    const request = await requestOf(network, asked.wallet);
    await eventually('inputs to be accepted', async () => {
      const { rows } = await network.pool.query<{ open: string }>(
        "select count(*) as open from read.request_slots where request = $1 and state in ('accepted', 'committed')",
        [request.toString()],
      );
      return rows[0]?.open === '3' ? true : undefined;
    });
    await network.parts.kill('dispatcher', 'SIGSTOP');
    try {
      await inState(network, request, ['revealing']);
      await network.parts.kill(await workerOf(request));
    } finally {
      await network.parts.kill('dispatcher', 'SIGCONT');
    }
    await settlesOnce(asked);
  });

  async function workerOf(request: bigint): Promise<string> {
    const { rows } = await network.pool.query<{ work_key: string }>(
      'select t.work_key from read.request_slots s join read.tickets t using (ticket) where s.request = $1 order by s.slot limit 1',
      [request.toString()],
    );
    return workerWithKey(network.state.files.keys, rows[0]?.work_key ?? '');
  }

  /** Holds the sequencer where it stores a transaction, until opened: its insert waits for a lock that we hold. */
  async function closeGate() {
    const holder = await network.pool.connect();
    let closed = true;
    await holder.query(`create or replace function public.wait_at_gate() returns trigger language plpgsql as
      'begin perform pg_advisory_xact_lock(${GATE}); return new; end'`);
    await holder.query(
      'create or replace trigger gate before insert on ops.tx for each row execute function public.wait_at_gate()',
    );
    await holder.query(`select pg_advisory_lock(${GATE})`);
    return {
      open: async () => {
        if (!closed) return;
        closed = false;
        await holder.query(`select pg_advisory_unlock(${GATE})`);
        await holder.query('drop trigger gate on ops.tx');
        holder.release();
      },
    };
  }

  it('of the sequencer between store and broadcast: the stored bytes are sent, and land once', async () => {
    const key = await fundedKey(network);
    const before = await slashes(network);
    const gate = await closeGate();
    let asked: Awaited<ReturnType<typeof ask>>;
    try {
      asked = { answer: askWith(key.key), wallet: key.wallet, before };
      await eventually('the sequencer to store a transaction', async () => {
        const { rows } = await network.pool.query(
          "select 1 from pg_stat_activity where usename = 'sequencer' and wait_event = 'advisory'",
        );
        return rows[0] as object | undefined;
      });
      await network.parts.kill('chain', 'SIGSTOP');
      await gate.open();
      await eventually('a transaction stored and not sent', async () => {
        const { rows } = await network.pool.query("select 1 from ops.tx where state = 'signed'");
        return rows[0] as object | undefined;
      });
      await network.parts.kill('sequencer');
    } finally {
      await gate.open();
      await network.parts.kill('chain', 'SIGCONT');
    }
    await settlesOnce(asked);
  });
});
