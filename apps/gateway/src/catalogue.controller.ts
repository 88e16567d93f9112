import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from '#libs/database';
import { GatewaySecret } from '#libs/keys';
import { toJson } from '#libs/service';
import { modelObject, requestObject } from './catalogue.js';
import { agreedOutput } from './completions/answer.js';
import { modelNotFound } from './completions/plan.js';
import { Access } from './http/access.js';
import { ApiError } from './http/api-error.js';
import { openApiDocument } from './openapi.js';
import { findMarket, findModel, findNetwork, listModels, requestById, timelineOf } from './read.js';
import { DatabaseToken } from './tokens.js';

/** What can be asked for, and what became of what was asked for. */
@Controller()
export class CatalogueController {
  constructor(
    @Inject(DatabaseToken) private readonly db: Pool,
    @Inject(Access) private readonly access: Access,
    @Inject(GatewaySecret) private readonly secret: GatewaySecret,
  ) {}

  @Get('v1/models')
  async models(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { headers } = await this.access.admit(request.headers.authorization);
    const network = await findNetwork(this.db);
    const data = [];
    for (const model of await listModels(this.db)) {
      data.push(modelObject(model, await findMarket(this.db, model.model), network));
    }
    await sendJson(reply, headers, { object: 'list', data });
  }

  @Get('v1/models/:id')
  async model(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('id') id: string,
  ): Promise<void> {
    const { headers } = await this.access.admit(request.headers.authorization);
    const model = await findModel(this.db, id);
    if (model === null || model.state === 'removed') throw modelNotFound(id);
    const market = await findMarket(this.db, model.model);
    await sendJson(reply, headers, modelObject(model, market, await findNetwork(this.db)));
  }

  @Get('v1/requests/:id')
  async request(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('id') id: string,
  ): Promise<void> {
    const { key, headers } = await this.access.admit(request.headers.authorization);
    const row = /^[1-9]\d{0,17}$/.test(id) ? await requestById(this.db, BigInt(id)) : null;
    if (row === null || row.requester !== key.wallet) {
      throw new ApiError(
        404,
        'request_not_found',
        `This key made no request '${id.slice(0, 32)}'.`,
        {
          param: 'id',
        },
      );
    }
    const isAgreed = row.state === 'agreed' || row.state === 'settled';
    const output = isAgreed ? await agreedOutput(this.db, this.secret.sealingSeed(), row) : null;
    const timeline = await timelineOf(this.db, row.request);
    await sendJson(reply, headers, requestObject(row, { timeline, output }));
  }

  @Get('openapi.json')
  openApi(): unknown {
    return openApiDocument;
  }
}

async function sendJson(
  reply: FastifyReply,
  headers: Record<string, string>,
  body: unknown,
): Promise<void> {
  await reply
    .headers({ ...headers, 'content-type': 'application/json; charset=utf-8' })
    .send(toJson(body));
}
