import { fromHex } from '#libs/protocol';
import { TransientError } from '#libs/service';
import { z } from 'zod';

const TIMEOUT_MS = 3_000;
/** Statuses by which a beacon says that a round is still to come. */
const NOT_YET = [404, 425];

const roundSchema = z.object({
  round: z.number(),
  signature: z.string().regex(/^[0-9a-f]{96}$/),
});

/** Reads rounds of a beacon in drand's HTTP format. */
export class BeaconSource {
  constructor(private readonly url: string) {}

  /** The signature of a round, or undefined while it is not public. The contract verifies it. */
  async signatureOf(round: bigint): Promise<Uint8Array | undefined> {
    const response = await this.#get(`/public/${round}`);
    if (NOT_YET.includes(response.status)) return undefined;
    if (!response.ok) throw new TransientError(`beacon: round ${round}: status ${response.status}`);
    const parsed = roundSchema.safeParse(await response.json());
    if (!parsed.success || BigInt(parsed.data.round) !== round) {
      throw new TransientError(`beacon: round ${round}: not an answer in drand's format`);
    }
    return fromHex(parsed.data.signature);
  }

  async #get(path: string): Promise<Response> {
    try {
      return await fetch(`${this.url.replace(/\/$/, '')}${path}`, {
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (cause) {
      throw new TransientError(`beacon: ${path} got no answer`, { cause });
    }
  }
}
