import { PermanentError } from '#libs/service';

/** The `type` values OpenAI clients know; the official client picks its error class by status. */
export type ErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'insufficient_quota'
  | 'rate_limit_error'
  | 'server_error';

export interface ApiErrorOptions {
  /** The parameter at fault, as a path (`messages.0.content`). */
  param?: string;
  type?: ErrorType;
  headers?: Record<string, string>;
  cause?: unknown;
}

/** The JSON body of every error of this service, on every path. */
export interface ErrorBody {
  error: { message: string; type: ErrorType; param: string | null; code: string };
}

/** A refusal with its HTTP status; `code` is stable, the message says what to do. */
export class ApiError extends PermanentError {
  readonly param: string | null;
  readonly type: ErrorType;
  readonly headers: Record<string, string>;

  constructor(
    readonly status: number,
    code: string,
    message: string,
    options: ApiErrorOptions = {},
  ) {
    super(code, message, 'cause' in options ? { cause: options.cause } : undefined);
    this.param = options.param ?? null;
    this.type = options.type ?? typeOf(status);
    this.headers = options.headers ?? {};
  }

  body(): ErrorBody {
    return {
      error: { message: this.message, type: this.type, param: this.param, code: this.code },
    };
  }
}

const typeOf = (status: number): ErrorType => {
  if (status === 401) return 'authentication_error';
  if (status === 402) return 'insufficient_quota';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
};

/** A market or neighbour that will be back: the client is told when to try again. */
export const unavailable = (code: string, message: string, retryAfterSeconds: number): ApiError =>
  new ApiError(503, code, message, { headers: { 'retry-after': String(retryAfterSeconds) } });

export const invalid = (code: string, message: string, param: string): ApiError =>
  new ApiError(400, code, message, { param });
