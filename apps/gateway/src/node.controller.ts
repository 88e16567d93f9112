import { Controller, Get, HttpCode, Inject, Param, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toBase64 } from '#libs/protocol';
import { ApiError } from './http/api-error.js';
import { bodyOf, rawBodyOf } from './http/fastify.js';
import { Exchange } from './node/exchange.js';
import type { NodeCall } from './node/call.js';

/** What drawn nodes call, signed by their work keys. */
@Controller('node/v1')
export class NodeController {
  constructor(@Inject(Exchange) private readonly exchange: Exchange) {}

  @Get('sealing-key')
  sealingKey(): { public_key: string } {
    return { public_key: toBase64(this.exchange.sealingKey()) };
  }

  @Get('inputs/:request/:hash')
  async input(
    @Req() call: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('request') request: string,
    @Param('hash') hash: string,
  ): Promise<void> {
    const sealed = await this.exchange.input(callOf(call), requestIdOf(request), hash);
    await reply.header('content-type', 'application/octet-stream').send(sealed);
  }

  @Put('outputs/:request')
  @HttpCode(204)
  async deliver(@Req() call: FastifyRequest, @Param('request') request: string): Promise<void> {
    const { json } = bodyOf(call);
    await this.exchange.deliver(callOf(call), requestIdOf(request), json);
  }
}

const callOf = (request: FastifyRequest): NodeCall => ({
  method: request.method,
  path: request.url,
  headers: request.headers,
  body: rawBodyOf(request),
});

function requestIdOf(text: string): bigint {
  if (/^[1-9]\d{0,17}$/.test(text)) return BigInt(text);
  throw new ApiError(404, 'request_not_found', 'A request id is a number counted from 1.');
}
