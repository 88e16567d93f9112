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

type Answer = z.output<typeof answerSchema>;

/**
 * JSON-RPC to a chain's rpc endpoints over keep-alive HTTP. Every call is idempotent, so a lost connection and an answer
 * that is none (a gateway's error page, no JSON) are tried again, on the next endpoint if there is one; an answer that
 * it cannot be given now is asked once from each endpoint. Throws `TransientError` when no endpoint has the answer,
 * `PermanentError('rpc_refused')` when the call itself is wrong.
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
    let unable = 0;
    for (let attempt = 0; attempt < this.#attemptsMax; attempt += 1) {
      if (attempt > unable) await sleep(backoffMs(attempt - unable - 1, RETRY_CAP_MS));
      try {
        return resultOf(method, await this.#post(body));
      } catch (error) {
        if (error instanceof PermanentError) throw error;
        lost = error;
        this.#current += 1;
        if (error instanceof UnableError) unable += 1;
        if (unable === this.urls.length) throw error;
      }
    }
    throw new TransientError(`rpc: ${method} got no answer`, { cause: lost });
  }

  /** The `result` as its schema reads it; one of another shape is the endpoint's fault, and the next one is asked next. */
  async read<S extends z.ZodType>(
    method: string,
    params: unknown,
    schema: S,
  ): Promise<z.output<S>> {
    try {
      return readAnswer(method, await this.call(method, params), schema);
    } catch (error) {
      if (error instanceof ShapeError) this.#current += 1;
      throw error;
    }
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

  async #post(body: string): Promise<Answer> {
    const url = this.urls[this.#current % this.urls.length] ?? '';
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(this.#timeoutMs),
    });
    if (!response.ok) throw new TransientError(`rpc: status ${response.status}`);
    return answerSchema.parse(await response.json());
  }
}

/** The endpoint understood and cannot answer now. */
class UnableError extends TransientError {}

/** The endpoint answered something else than what was asked for. */
class ShapeError extends TransientError {}

function resultOf(method: string, answer: Answer): unknown {
  if (answer.error === undefined) return answer.result;
  const { code, message, data } = answer.error;
  const text = `rpc: ${method}: ${message} ${data ?? ''}`;
  throw code === INTERNAL_ERROR ? new UnableError(text) : new PermanentError('rpc_refused', text);
}

/** Reads what an endpoint answered; `TransientError` if it does not have the shape. */
export function readAnswer<S extends z.ZodType>(
  what: string,
  answer: unknown,
  schema: S,
): z.output<S> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new ShapeError(`rpc: ${what}: an answer of another shape`, { cause: parsed.error });
}
