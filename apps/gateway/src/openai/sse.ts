import type { ServerResponse } from 'node:http';
import { toJson } from '#libs/service';
import type { ErrorBody } from '../http/api-error.js';

export const KEEP_ALIVE_MS = 10_000;

/** One event of a stream: `data:` and a JSON value on one line, then an empty line. */
export const sseData = (value: unknown): string => `data: ${toJson(value)}\n\n`;
/** A comment: clients skip it, proxies see traffic. */
export const sseComment = (text: string): string => `: ${text}\n\n`;
/** The end of an OpenAI stream. */
export const SSE_DONE = 'data: [DONE]\n\n';
/** An error after the first byte: the official client throws it. */
export const sseError = (body: ErrorBody): string => `event: error\n${sseData(body)}`;

/** An open event stream: comments every 10 s until it ends; writes to a client that left go nowhere. */
export class EventStream {
  readonly #keepAlive: NodeJS.Timeout;

  constructor(
    private readonly response: ServerResponse,
    headers: Record<string, string>,
    keepAliveMs = KEEP_ALIVE_MS,
  ) {
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    this.#keepAlive = setInterval(() => this.write(sseComment('waiting')), keepAliveMs);
    response.once('close', () => clearInterval(this.#keepAlive));
  }

  write(frame: string): void {
    if (!this.response.writableEnded && !this.response.destroyed) this.response.write(frame);
  }

  /** Sends the values and the end marker. */
  finish(values: readonly unknown[]): void {
    for (const value of values) this.write(sseData(value));
    this.#end(SSE_DONE);
  }

  /** Sends an error and closes without the end marker. */
  fail(body: ErrorBody): void {
    this.#end(sseError(body));
  }

  #end(frame: string): void {
    clearInterval(this.#keepAlive);
    if (!this.response.writableEnded && !this.response.destroyed) this.response.end(frame);
  }
}
