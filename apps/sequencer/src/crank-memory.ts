/** After a crank was sent it is not tried again before this, should the log not show its effect. */
const AGAIN_MS = 3_000;
/** A crank whose transaction failed waits twice as long each time, up to this. */
const FAILED_MAX_MS = 60_000;

/** Remembers what was tried when, so that what has no effect is repeated slowly and what fails more slowly still. */
export class CrankMemory {
  readonly #tried = new Map<string, { notBefore: number; failures: number }>();

  /** Whether it may be tried at `nowMs`. */
  mayTry(key: string, nowMs: number): boolean {
    return (this.#tried.get(key)?.notBefore ?? 0) <= nowMs;
  }

  tried(key: string, nowMs: number, againMs = AGAIN_MS): void {
    const failures = this.#tried.get(key)?.failures ?? 0;
    this.#tried.set(key, { notBefore: nowMs + againMs, failures });
  }

  failed(key: string, nowMs: number): void {
    const failures = (this.#tried.get(key)?.failures ?? 0) + 1;
    const waitMs = Math.min(FAILED_MAX_MS, AGAIN_MS * 2 ** Math.min(failures, 10));
    this.#tried.set(key, { notBefore: nowMs + waitMs, failures });
  }

  /** Forgets what may be tried again anyway and never failed: the memory stays as small as what is in flight. */
  prune(nowMs: number): void {
    for (const [key, { notBefore, failures }] of this.#tried) {
      if (failures === 0 ? notBefore <= nowMs : notBefore + FAILED_MAX_MS <= nowMs) {
        this.#tried.delete(key);
      }
    }
  }
}
