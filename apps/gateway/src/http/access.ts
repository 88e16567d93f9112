import type { Pool } from '#libs/database';
import { findApiKey, type ApiKey, type GatewaySecret } from '#libs/keys';
import { ApiError } from './api-error.js';
import type { RateLimiter } from './rate-limiter.js';

const KEY_PATTERN = /^Bearer (sk-atoma-[A-Za-z0-9_-]{1,128})$/;

/** Lets API keys in: 401 for what is no key, 429 above its rate. */
export class Access {
  constructor(
    private readonly db: Pool,
    private readonly secret: GatewaySecret,
    private readonly limiter: RateLimiter,
  ) {}

  /** The key of a call, and the rate headers for its response. */
  async admit(
    authorization: string | undefined,
  ): Promise<{ key: ApiKey; headers: Record<string, string> }> {
    if (authorization === undefined) {
      throw invalidKey('No API key: send it as "Authorization: Bearer sk-atoma-…".');
    }
    const presented = KEY_PATTERN.exec(authorization)?.[1];
    const key = presented === undefined ? null : await findApiKey(this.db, this.secret, presented);
    if (key === null)
      throw invalidKey('Incorrect API key. Make one with: npm run cli -- keys create.');
    return { key, headers: this.limiter.take(key.id, key.requestsPerMinute) };
  }
}

const invalidKey = (message: string): ApiError =>
  new ApiError(401, 'invalid_api_key', message, { headers: { 'www-authenticate': 'Bearer' } });
