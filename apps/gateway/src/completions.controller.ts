import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorFields, type Logger } from '#libs/service';
import { Completions, type Begun } from './completions/completions.js';
import { parseIdempotencyKey, type StoredResponse } from './completions/idempotency.js';
import { Access } from './http/access.js';
import { ApiError, invalid, type ErrorBody } from './http/api-error.js';
import { apiErrorOf } from './http/failure.js';
import { bodyOf, processingMs } from './http/fastify.js';
import { parseChatRequest, type ChatRequest } from './openai/chat-request.js';
import { chunksOf, type Completion } from './openai/completion.js';
import { EventStream } from './openai/sse.js';
import { LoggerToken } from './tokens.js';

/** `POST /v1/chat/completions`: from a call to a response or a stream. A client that leaves aborts nothing. */
@Controller('v1')
export class CompletionsController {
  constructor(
    @Inject(Completions) private readonly completions: Completions,
    @Inject(Access) private readonly access: Access,
    @Inject(LoggerToken) private readonly log: Logger,
  ) {}

  @Post('chat/completions')
  async create(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { key, headers } = await this.access.admit(request.headers.authorization);
    const { json } = bodyOf(request);
    const chat = parseChatRequest(json);
    checkMode(request.headers['x-atoma-mode']);
    const begun = await this.completions.begin({
      key,
      chat,
      body: json,
      feeCap: parseFeeCap(request.headers['x-atoma-max-fee']),
      idempotencyKey: parseIdempotencyKey(request.headers['idempotency-key']),
    });
    const all = { ...headers, ...headersOf(begun, chat) };
    if (chat.stream) await this.#stream({ request, reply, chat, begun, headers: all });
    else await send(reply, await begun.response, all);
  }

  async #stream(of: {
    request: FastifyRequest;
    reply: FastifyReply;
    chat: ChatRequest;
    begun: Begun;
    headers: Record<string, string>;
  }): Promise<void> {
    const { reply, request, begun, chat } = of;
    reply.hijack();
    const stream = new EventStream(reply.raw, {
      ...of.headers,
      'x-request-id': request.id,
      'openai-processing-ms': processingMs(reply),
    });
    try {
      const { status, body } = await begun.response;
      if (status === 200) stream.finish(chunksOf(body as Completion, chat.includeUsage));
      else stream.fail(body as ErrorBody);
    } catch (thrown) {
      this.log.error({ requestId: request.id, ...errorFields(thrown) }, 'stream failed');
      stream.fail(apiErrorOf(thrown, { method: request.method, path: request.url }).body());
    }
  }
}

async function send(
  reply: FastifyReply,
  response: StoredResponse,
  headers: Record<string, string>,
): Promise<void> {
  await reply
    .status(response.status)
    .headers({ ...headers, ...response.headers })
    .send(response.body);
}

const headersOf = (begun: Begun, chat: ChatRequest): Record<string, string> => ({
  'x-atoma-mode': 'sampling',
  ...(begun.request === null ? {} : { 'x-atoma-request': begun.request.toString() }),
  ...(begun.replayed ? { 'idempotent-replayed': 'true' } : {}),
  ...(chat.ignored.length === 0 ? {} : { 'x-atoma-ignored': chat.ignored.join(', ') }),
});

/** The modes this version serves; `auto` is sampling. */
export function checkMode(header: string | string[] | undefined): void {
  if (header === undefined || header === 'sampling' || header === 'auto') return;
  throw invalid('unsupported_mode', 'x-atoma-mode must be sampling or auto.', 'x-atoma-mode');
}

/** `x-atoma-max-fee` in utoma; null if the caller sets no cap. */
export function parseFeeCap(header: string | string[] | undefined): bigint | null {
  if (header === undefined) return null;
  if (typeof header === 'string' && /^\d{1,28}$/.test(header)) return BigInt(header);
  throw new ApiError(400, 'invalid_value', 'x-atoma-max-fee must be a whole number of utoma.', {
    param: 'x-atoma-max-fee',
  });
}
