import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Every service: where its network is described and where it answers /health and /ready. */
export const baseConfig = {
  NETWORK_FILE: z.string().min(1),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  HTTP_PORT: z.coerce.number().int().min(0).max(65_535),
  HTTP_HOST: z.string().min(1).default('127.0.0.1'),
};

/** A file that holds a secret: configuration carries its path, `readSecret` its content. */
export const secretFile = z.string().min(1);

/** Reads a secret once; the error names the file, never its content. */
export function readSecret(file: string): string {
  const secret = readFileSync(file, 'utf8').trim();
  if (secret === '') throw new ConfigError([`${file}: the secret file is empty`]);
  return secret;
}

/** Configuration that cannot be used: every problem by name and reason, never by value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: string[]) {
    super(`configuration: ${problems.join('; ')}`);
  }
}

/** Parses the environment once; all problems are reported together. */
export function parseConfig<S extends z.ZodRawShape>(
  shape: S,
  environment: NodeJS.ProcessEnv = process.env,
): z.output<z.ZodObject<S>> {
  const parsed = z.object(shape).safeParse(environment);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${reasonOf(issue)}`),
  );
}

const reasonOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_type' && issue.input === undefined ? 'is not set' : issue.code;
