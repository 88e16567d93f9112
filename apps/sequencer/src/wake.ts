/** Wakes one waiting loop: a call that comes while nobody waits is kept for the next wait. */
export class Wake {
  #pending = false;
  #resume: (() => void) | undefined;

  call(): void {
    this.#pending = true;
    this.#resume?.();
  }

  /** Resolves at the next call, after `ms`, or when the signal aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#pending && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#resume = () => {
          clearTimeout(timer);
          resolve();
        };
        signal.addEventListener('abort', this.#resume, { once: true });
      });
      if (this.#resume !== undefined) signal.removeEventListener('abort', this.#resume);
      this.#resume = undefined;
    }
    this.#pending = false;
  }
}
