import { z } from 'zod';

/** Configuration of whatever reaches the job queues: a Redis with `noeviction` and an append-only file. */
export const jobsConfig = { REDIS_JOBS_URL: z.url({ protocol: /^rediss?$/ }) };
