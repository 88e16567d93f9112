import { TransientError } from '#libs/service';

const TIMEOUT_MS = 10_000;

export interface Call {
  method: 'GET' | 'POST' | 'PUT';
  headers?: Record<string, string>;
  body?: Uint8Array;
  signal: AbortSignal;
}

/** Answers with status and bytes; no answer, 5xx and 429 are `TransientError`, the signal's abort its reason. */
export async function httpCall(
  url: URL,
  call: Call,
): Promise<{ status: number; body: Uint8Array }> {
  const { signal, ...init } = call;
  let status: number;
  let body: Uint8Array;
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await fetch(url, { ...init, signal: limit });
    status = response.status;
    body = new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    // Whatever fetch throws means that no whole answer came: the call may or may not have arrived.
    signal.throwIfAborted();
    throw new TransientError(`${url.origin} does not answer`, { cause });
  }
  if (status >= 500 || status === 429) {
    throw new TransientError(`${url.origin} answered ${status} (${problemOf(body)})`);
  }
  return { status, body };
}

/** The code of an error body of ours, for logs and decisions; `unknown` for anything else. */
export function problemOf(body: Uint8Array): string {
  const found = /"code":"([a-z0-9_]{1,64})"/.exec(Buffer.from(body).toString('utf8'));
  return found?.[1] ?? 'unknown';
}
