import { ArgumentsHost, Catch, HttpException, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorFields, TransientError, type Logger } from '#libs/service';
import { ApiError } from './api-error.js';
import { methodsOf } from './routes.js';

const RETRY_AFTER_SECONDS = 2;

/** Whatever was thrown, as the error of the API; `path` is without the query. */
export function apiErrorOf(thrown: unknown, call: { method: string; path: string }): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof TransientError) return unavailableFor(thrown);
  const status = statusOf(thrown);
  if (status === 404) return notFound(call);
  if (status === 413)
    return new ApiError(413, 'request_too_large', 'The body is larger than 4 MiB. Shorten it.');
  if (status === 415) {
    return new ApiError(
      415,
      'unsupported_media_type',
      'Send the body as content-type application/json.',
    );
  }
  if (status !== null && status < 500) {
    return new ApiError(
      status,
      'bad_request',
      thrown instanceof Error ? thrown.message : 'Bad request.',
    );
  }
  return new ApiError(
    500,
    'internal_error',
    'The gateway failed. Try again; if it stays, name the x-request-id.',
    {
      cause: thrown,
    },
  );
}

const unavailableFor = (cause: TransientError): ApiError =>
  new ApiError(503, 'unavailable', 'The gateway cannot serve this now. Try again shortly.', {
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
    cause,
  });

function statusOf(thrown: unknown): number | null {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const isFastify = thrown instanceof Error && 'statusCode' in thrown;
  return isFastify && typeof thrown.statusCode === 'number' ? thrown.statusCode : null;
}

function notFound({ method, path }: { method: string; path: string }): ApiError {
  const allowed = methodsOf(path);
  if (allowed.length > 0 && !allowed.includes(method)) {
    return new ApiError(
      405,
      'method_not_allowed',
      `${path} takes ${allowed.join(', ')}, not ${method}.`,
      {
        headers: { allow: allowed.join(', ') },
      },
    );
  }
  return new ApiError(
    404,
    'unknown_url',
    `Unknown URL: ${method} ${path}. GET /openapi.json lists all.`,
  );
}

/** The last stop of every error: one shape on every path, with details in the log only. */
@Catch()
export class Failure implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const [path = ''] = request.url.split('?');
    const error = apiErrorOf(thrown, { method: request.method, path });
    if (error.status >= 500) {
      this.log.error({ requestId: request.id, ...errorFields(error) }, 'call failed');
    }
    if (reply.raw.headersSent) return;
    void reply.status(error.status).headers(error.headers).send(error.body());
  }
}
