import { Body, Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import { toWire } from '#libs/chain';
import type { FastifyReply } from 'fastify';
import { Intake } from './intake.js';
import { Refusal } from './refusal.js';

const RETRY_AFTER_SECONDS = '2';

/** Takes signed actions and tells what became of them. Errors are `{error: {code, message}}`. */
@Controller('v1/actions')
export class ActionsController {
  constructor(@Inject(Intake) private readonly intake: Intake) {}

  /** 202 with the receipt; 200 with the same receipt for a digest that has its place already. */
  @Post()
  async submit(@Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    await answer(reply, async () => {
      const { receipt, fresh } = await this.intake.submit(body);
      return { status: fresh ? 202 : 200, body: receipt };
    });
  }

  @Get(':digest')
  async status(@Param('digest') digest: string, @Res() reply: FastifyReply): Promise<void> {
    await answer(reply, async () => {
      const status = await this.intake.status(digest);
      const known = Object.entries(status).filter(([, value]) => value !== null);
      return { status: 200, body: Object.fromEntries(known) };
    });
  }
}

async function answer(
  reply: FastifyReply,
  work: () => Promise<{ status: number; body: unknown }>,
): Promise<void> {
  try {
    const { status, body } = await work();
    await reply.status(status).send(toWire(body));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 429) void reply.header('retry-after', RETRY_AFTER_SECONDS);
    const { code, message } = error;
    await reply.status(error.status).send({ error: { code, message } });
  }
}
