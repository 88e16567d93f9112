import { z } from 'zod';
import { PermanentError } from '#libs/service';

const decimal = z
  .string()
  .regex(/^\d{1,39}$/)
  .transform(BigInt);
const count = z.number().int().min(0).max(0xffff_ffff);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** Which execution of the job this is: the dispatcher counts them, nothing rests on it. */
const run = z.string().min(1);

const inferSchema = z.object({
  request: decimal,
  slot: count.min(1),
  attempt: count,
  ticket: decimal,
  n: count.min(1),
  model: z.string().min(3),
  input_hash: hash,
  params_hash: hash,
  input_tokens: count,
  max_output_tokens: count,
  price: decimal,
  accept_by: decimal,
  run,
});

const revealSchema = z.object({
  request: decimal,
  slot: count.min(1),
  attempt: count,
  ticket: decimal,
  run,
});

const cancelSchema = z.object({
  request: decimal,
  ticket: decimal,
  attempt: count,
  reason: z.string(),
  run,
});

export type InferPayload = z.output<typeof inferSchema>;
export type RevealPayload = z.output<typeof revealSchema>;
export type CancelPayload = z.output<typeof cancelSchema>;

/** A node's piece of work. Payloads carry hashes and references, never a prompt or an output. */
export type Job =
  | { kind: 'infer'; payload: InferPayload }
  | { kind: 'reveal'; payload: RevealPayload }
  | { kind: 'cancel'; payload: CancelPayload };

export type JobKind = Job['kind'];

/** A ticket's draw on a request: what every job, file and action of one duty is named by. */
export interface DutyRef {
  request: bigint;
  ticket: bigint;
  attempt: number;
}

/** `<kind>-<request>-<ticket>-<attempt>`: the same duty always has the same id (BullMQ allows no colon). */
export const jobId = (kind: JobKind, of: DutyRef): string =>
  `${kind}-${of.request}-${of.ticket}-${of.attempt}`;

/** The queue of one ticket. */
export const queueName = (ticket: bigint): string => `ticket-${ticket}`;

/** Parses a job at either end of the queue; anything else is `PermanentError` `malformed_job`. */
export function parseJob(kind: string, payload: unknown): Job {
  switch (kind) {
    case 'infer':
      return { kind, payload: parsed(inferSchema, kind, payload) };
    case 'reveal':
      return { kind, payload: parsed(revealSchema, kind, payload) };
    case 'cancel':
      return { kind, payload: parsed(cancelSchema, kind, payload) };
    default:
      throw new PermanentError('malformed_job', `there is no job of kind ${kind}`);
  }
}

function parsed<T>(schema: z.ZodType<T>, kind: string, payload: unknown): T {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const where = result.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new PermanentError('malformed_job', `a ${kind} job is malformed at ${where}`);
}
