import { z } from 'zod';
import { backoffMs, sleep } from '#libs/service';

const CALL_LIMIT_MS = 10_000;
const GIVE_UP_MS = 30_000;

const refusalSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** What became of an action at the sequencer's intake. */
export type Submission =
  | { kind: 'taken' }
  /** Refused; `certain` if no earlier call may have been taken without our seeing the answer. */
  | {
      kind: 'refused';
      status: number;
      code: string;
      message: string;
      certain: boolean;
      retryAfter: number;
      sends: number;
    }
  /** Nobody answered: this call's sends were not taken if `certain`, else they may have been. */
  | { kind: 'unknown'; reason: string; certain: boolean; sends: number }
  /** Somebody ended the action meanwhile: it was not sent again. */
  | { kind: 'closed' };

/**
 * Sends the same action until the sequencer answers, for at most 30 s; it knows a digest it has seen.
 * `admit` counts every send before it and says whether the action is still open; `sends` is how many it admitted.
 */
export async function submitAction(
  sequencerUrl: string,
  signedAction: unknown,
  admit: () => Promise<boolean>,
): Promise<Submission> {
  const until = Date.now() + GIVE_UP_MS;
  let certain = true;
  for (let attempt = 0; ; attempt++) {
    if (!(await admit())) return { kind: 'closed' };
    const answer = await post(sequencerUrl, signedAction);
    if (answer.kind === 'refused') return { ...answer, certain, sends: attempt + 1 };
    if (answer.kind === 'taken') return answer;
    certain = certain && answer.unsent;
    if (Date.now() + backoffMs(attempt) >= until) {
      return { kind: 'unknown', reason: answer.reason, certain, sends: attempt + 1 };
    }
    await sleep(backoffMs(attempt));
  }
}

type Answer =
  | { kind: 'taken' }
  | { kind: 'refused'; status: number; code: string; message: string; retryAfter: number }
  | { kind: 'silent'; reason: string; unsent: boolean };

async function post(sequencerUrl: string, signedAction: unknown): Promise<Answer> {
  try {
    const response = await fetch(new URL('/v1/actions', sequencerUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(signedAction),
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    const text = await response.text();
    if (response.ok) return { kind: 'taken' };
    if (response.status >= 500) {
      return { kind: 'silent', reason: `status ${response.status}`, unsent: false };
    }
    const { code, message } = refusalIn(text, response.status);
    const retryAfter = Number(response.headers.get('retry-after') ?? '5');
    return { kind: 'refused', status: response.status, code, message, retryAfter };
  } catch (error) {
    // fetch reports an unreachable peer as TypeError and the time limit as a DOMException.
    if (!(error instanceof TypeError) && !(error instanceof DOMException)) throw error;
    return { kind: 'silent', reason: error.message, unsent: isUnsent(error) };
  }
}

function refusalIn(text: string, status: number): { code: string; message: string } {
  try {
    const parsed = refusalSchema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data.error;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { code: 'refused', message: `status ${status}` };
}

const isUnsent = (error: Error): boolean =>
  error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'ECONNREFUSED';
