import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { errorFields, TransientError, type Logger } from '#libs/service';
import type { FastifyReply } from 'fastify';

const RETRY_AFTER_SECONDS = 2;

/** Gives whatever intake did not expect the service's error shape: a body that is no JSON, a neighbour that is down. */
@Catch()
export class FailureFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, code, message } = describe(error);
    if (status >= 500) this.log.error(errorFields(error), 'call failed');
    if (status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
    void reply.status(status).send({ error: { code, message } });
  }
}

function describe(error: unknown): { status: number; code: string; message: string } {
  const status = error instanceof HttpException ? error.getStatus() : statusCodeOf(error);
  if (status === 404) return { status, code: 'not_found', message: 'no such path' };
  if (status !== undefined && status < 500) {
    return { status, code: 'malformed', message: 'the call cannot be read' };
  }
  if (error instanceof TransientError) {
    return {
      status: 503,
      code: 'unavailable',
      message: 'not able to serve now; try again shortly',
    };
  }
  return { status: 500, code: 'internal', message: 'the call failed on our side' };
}

/** Fastify's own errors (a body that does not parse, one that is too large) carry their status. */
function statusCodeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
