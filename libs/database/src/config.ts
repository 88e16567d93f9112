import { z } from 'zod';

/** Configuration of whatever connects to Postgres. */
export const databaseConfig = { DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }) };
