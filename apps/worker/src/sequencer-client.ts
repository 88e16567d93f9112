import { z } from 'zod';
import { PermanentError } from '#libs/service';
import { httpCall, problemOf } from './http-call.js';

const takenSchema = z.object({ digest: z.string() });
const statusSchema = z.object({
  state: z.enum(['accepted', 'batched', 'observed']),
  outcome: z.enum(['accepted', 'refused', 'expired']).optional(),
  code: z.string().optional(),
});

/** What the sequencer knows of an action; `unknown` if it never took it. */
export type ActionStatus = z.output<typeof statusSchema> | { state: 'unknown'; outcome?: never };

/** The sequencer's intake as a node sees it. */
export class SequencerClient {
  constructor(private readonly url: string) {}

  /** Returns once the action has its place; `PermanentError` `action_<code>` if it was refused one. */
  async post(
    { bytes, digest }: { bytes: Uint8Array; digest: string },
    signal: AbortSignal,
  ): Promise<void> {
    const { status, body } = await httpCall(new URL('/v1/actions', this.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: bytes,
      signal,
    });
    if (status !== 200 && status !== 202) {
      throw new PermanentError(`action_${problemOf(body)}`, `the sequencer answered ${status}`);
    }
    const taken = takenSchema.safeParse(JSON.parse(Buffer.from(body).toString('utf8')));
    if (taken.data?.digest !== digest) {
      throw new PermanentError(
        'wrong_receipt',
        'the sequencer took another action than the one sent',
      );
    }
  }

  async status(digest: string, signal: AbortSignal): Promise<ActionStatus> {
    const url = new URL(`/v1/actions/${digest}`, this.url);
    const { status, body } = await httpCall(url, { method: 'GET', signal });
    if (status === 404) return { state: 'unknown' };
    if (status !== 200) {
      throw new PermanentError(`action_${problemOf(body)}`, `the sequencer answered ${status}`);
    }
    return statusSchema.parse(JSON.parse(Buffer.from(body).toString('utf8')));
  }
}
