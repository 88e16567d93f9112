import { randomUUID } from 'node:crypto';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '#libs/service';
import { ApiError } from './api-error.js';

const BODY_BYTES_MAX = 4 * 1_024 * 1_024;

/** A JSON body with the bytes it came as: signatures are over those. */
export interface Body {
  raw: Buffer;
  json: unknown;
}

export const httpAdapter = (): FastifyAdapter =>
  new FastifyAdapter({
    bodyLimit: BODY_BYTES_MAX,
    genReqId: () => `req_${randomUUID().replaceAll('-', '')}`,
    // What the router itself refuses (a malformed URL) never reaches hooks and filters.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const refusal = new ApiError(400, 'bad_request', `${error.message}.`);
      void reply.status(400).header('x-request-id', request.id).send(refusal.body());
    },
    logger: false,
  });

/** Parsing, the headers of every response and one log line a call. */
export function prepareFastify(fastify: FastifyInstance, log: Logger): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, raw, done) => {
    const parsed = parseBody(raw as Buffer);
    if (parsed instanceof ApiError) done(parsed);
    else done(null, parsed);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    reply.header('openai-processing-ms', processingMs(reply));
    done(null, payload);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const fields = {
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? null,
    };
    log.info(
      { ...fields, status: reply.statusCode, durationMs: Math.round(reply.elapsedTime) },
      'call',
    );
    done();
  });
}

export const processingMs = (reply: FastifyReply): string => String(Math.round(reply.elapsedTime));

function parseBody(raw: Buffer): Body | ApiError {
  try {
    return { raw, json: JSON.parse(raw.toString('utf8')) as unknown };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return new ApiError(400, 'invalid_json', `The body is not valid JSON: ${error.message}.`);
  }
}

/** The body of a call that must have one. */
export function bodyOf(request: FastifyRequest): Body {
  const body = request.body as Body | undefined | null;
  if (body === undefined || body === null) {
    throw new ApiError(400, 'invalid_json', 'This call needs a JSON body.');
  }
  return body;
}

/** The bytes of the body of a call that may have none. */
export const rawBodyOf = (request: FastifyRequest): Buffer =>
  (request.body as Body | undefined | null)?.raw ?? Buffer.alloc(0);
