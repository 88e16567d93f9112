import { ApiError } from './api-error.js';

const WINDOW_MS = 60_000;
/** Windows in memory at most: the oldest are dropped first. */
const KEYS_MAX = 10_000;

/** Calls a key may make in each minute that starts with its first call; counted in this process alone. */
export class RateLimiter {
  readonly #windows = new Map<string, { startedMs: number; count: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Counts a call; throws 429 above the limit. Returns the rate headers of the response. */
  take(keyId: string, limit: number): Record<string, string> {
    const window = this.#windowOf(keyId);
    window.count += 1;
    const resetMs = window.startedMs + WINDOW_MS - this.now();
    const headers = {
      'x-ratelimit-limit-requests': String(limit),
      'x-ratelimit-remaining-requests': String(Math.max(0, limit - window.count)),
      'x-ratelimit-reset-requests': `${Math.ceil(resetMs / 1_000)}s`,
    };
    if (window.count <= limit) return headers;
    throw new ApiError(
      429,
      'rate_limit_exceeded',
      `This key may make ${limit} calls a minute. Try again in ${Math.ceil(resetMs / 1_000)} s.`,
      { headers: { ...headers, 'retry-after': String(Math.ceil(resetMs / 1_000)) } },
    );
  }

  #windowOf(keyId: string): { startedMs: number; count: number } {
    const known = this.#windows.get(keyId);
    if (known !== undefined && this.now() < known.startedMs + WINDOW_MS) return known;
    const fresh = { startedMs: this.now(), count: 0 };
    this.#windows.delete(keyId);
    this.#windows.set(keyId, fresh);
    const [oldest] = this.#windows.keys();
    if (this.#windows.size > KEYS_MAX && oldest !== undefined) this.#windows.delete(oldest);
    return fresh;
  }
}
