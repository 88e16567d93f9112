import type { FastifyInstance } from 'fastify';

/** One condition of readiness with what is behind it, in words a person can act on. */
export interface Condition {
  ok: boolean;
  detail: string;
}

/** Ready when every named condition holds; a condition that was never reported counts as not ready. */
export class Readiness {
  readonly #conditions = new Map<string, Condition>();

  constructor(names: readonly string[]) {
    for (const name of names) this.#conditions.set(name, { ok: false, detail: 'not reported yet' });
  }

  set(name: string, ok: boolean, detail = ''): void {
    this.#conditions.set(name, { ok, detail });
  }

  report(): { ready: boolean; conditions: Record<string, Condition> } {
    const conditions = Object.fromEntries(this.#conditions);
    return { ready: Object.values(conditions).every((condition) => condition.ok), conditions };
  }
}

/** Answers `/health` (alive) and `/ready` (200, or 503 naming what is missing) on a Fastify instance. */
export function registerHealth(fastify: FastifyInstance, readiness: Readiness): void {
  fastify.get('/health', () => ({ alive: true }));
  fastify.get('/ready', async (_request, reply) => {
    const report = readiness.report();
    await reply.status(report.ready ? 200 : 503).send(report);
  });
}
