import type { JsonRpcRequest, JsonRpcSuccessResponse } from '@cosmjs/json-rpc';
import { PermanentError, TransientError, backoffMs, sleep } from '#libs/service';
import { z } from 'zod';

const REQUEST_TIMEOUT_MS = 10_000;
const ATTEMPTS_MAX = 5;
const RETRY_CAP_MS = 1_000;
/** The code under which CometBFT reports that it cannot answer (a height that is not there yet, a pruned one). */
const INTERNAL_ERROR = -32_603;

const answerSchema = z.union([
  z.object({ result: z.unknown(), error: z.undefined().optional() }),
  z.object({
    error: z.object({ code: z.number(), message: z.string(), data: z.string().optional() }),
  }),
]);

/** How often and how long one call may try; the defaults suit a service, tests shorten them. */
export interface RpcOptions {
  attemptsMax?: number;
  timeoutMs?: number;
}

/**
 * JSON-RPC to a chain's rpc endpoints over keep-alive HTTP. Every call is idempotent, so a lost connection is tried
 * again, on the next endpoint if there is one. Throws `TransientError` when no endpoint answers or the answer is that
 * it cannot be given now, `PermanentError('rpc_refused')` when the call itself is wrong.
 */
export class Rpc {
  #current = 0;
  #id = 0;
  readonly #attemptsMax: number;
  readonly #timeoutMs: number;

  constructor(
    readonly urls: readonly string[],
    options: RpcOptions = {},
  ) {
    if (urls.length === 0)
      throw new PermanentError('no_rpc', 'a network needs at least one rpc url');
    this.#attemptsMax = options.attemptsMax ?? ATTEMPTS_MAX;
    this.#timeoutMs = options.timeoutMs ?? REQUEST_TIMEOUT_MS;
  }

  /** The `result` of one method call, unparsed. */
  async call(method: string, params: unknown): Promise<unknown> {
    this.#id += 1;
    const body = JSON.stringify({ jsonrpc: '2.0', id: this.#id, method, params });
    let lost: unknown;
    for (let attempt = 0; attempt < this.#attemptsMax; attempt += 1) {
      if (attempt > 0) await sleep(backoffMs(attempt - 1, RETRY_CAP_MS));
      const answer = await this.#post(body).catch((error: unknown) => {
        lost = error;
        this.#current += 1;
        return undefined;
      });
      if (answer !== undefined) return resultOf(method, answer);
    }
    throw new TransientError(`rpc: ${method} got no answer`, { cause: lost });
  }

  /** The transport that CosmJS clients are created with. */
  get transport(): {
    execute: (request: JsonRpcRequest) => Promise<JsonRpcSuccessResponse>;
    disconnect: () => void;
  } {
    return {
      execute: async ({ id, method, params }) => ({
        jsonrpc: '2.0',
        id,
        result: await this.call(method, params),
      }),
      disconnect: () => undefined,
    };
  }

  async #post(body: string): Promise<unknown> {
    const url = this.urls[this.#current % this.urls.length] ?? '';
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(this.#timeoutMs),
    });
    return await response.json();
  }
}

function resultOf(method: string, answer: unknown): unknown {
  const parsed = answerSchema.parse(answer);
  if (parsed.error === undefined) return parsed.result;
  const { code, message, data } = parsed.error;
  const text = `rpc: ${method}: ${message} ${data ?? ''}`;
  throw code === INTERNAL_ERROR
    ? new TransientError(text)
    : new PermanentError('rpc_refused', text);
}
