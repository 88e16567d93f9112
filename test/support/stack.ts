import { readFileSync } from 'node:fs';
import { z } from 'zod';

const stateSchema = z.object({
  chainId: z.string(),
  urls: z.object({
    rpc: z.string(),
    beacon: z.string(),
    kafka: z.string(),
    redis: z.string(),
    postgres: z.string(),
    database: z.record(z.string(), z.string()),
  }),
  files: z.record(z.string(), z.string()),
});

export type StackState = z.output<typeof stateSchema>;

/** The running stack that a test may use, as `docker/stack` wrote it into the file named by ATOMA_STACK_STATE. */
export function stackState(): StackState {
  const file = process.env['ATOMA_STACK_STATE'];
  if (file === undefined)
    throw new Error(
      'ATOMA_STACK_STATE is not set: run the tests by npm test, or name a state.json',
    );
  return stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}
