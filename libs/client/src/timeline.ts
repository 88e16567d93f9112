import { z } from 'zod';
import { PermanentError, TransientError } from '#libs/service';

const decimal = z.string().regex(/^\d+$/).transform(BigInt);

const requestSchema = z.object({
  id: decimal,
  state: z.string(),
  timeline: z.array(
    z.object({
      seq: decimal,
      type: z.string(),
      height: decimal,
      time: decimal,
      tx_hash: z.string().nullable(),
      body: z.record(z.string(), z.unknown()),
    }),
  ),
});

/** A request's state and every event of it in order, as the gateway's projection has them. */
export type RequestTimeline = z.output<typeof requestSchema>;

/** Asks a gateway for a request of the key's own; `PermanentError('request_not_found')` for any other. */
export async function requestTimeline(
  gatewayUrl: string,
  apiKey: string,
  request: bigint,
): Promise<RequestTimeline> {
  const response = await fetch(new URL(`/v1/requests/${request}`, gatewayUrl), {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  if (response.status >= 500) throw new TransientError(`the gateway answered ${response.status}`);
  if (!response.ok) {
    const code = response.status === 404 ? 'request_not_found' : 'refused';
    throw new PermanentError(
      code,
      `the gateway answered ${response.status} for request ${request}`,
    );
  }
  return requestSchema.parse(await response.json());
}
