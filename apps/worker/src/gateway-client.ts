import { z } from 'zod';
import {
  ed25519Sign,
  fromBase64,
  HTTP_SIGNATURE_HEADERS,
  httpDigest,
  toBase64,
  utf8,
} from '#libs/protocol';
import { PermanentError, TransientError } from '#libs/service';
import { httpCall, problemOf } from './http-call.js';
import type { NodeKeys } from './node-keys.js';

const sealingKeySchema = z.object({ public_key: z.string() });

/** The gateway's end for nodes: inputs come from it, outputs go to it, every call signed by the work key. */
export class GatewayClient {
  constructor(private readonly on: { url: string; keys: NodeKeys }) {}

  /** The sealed input of a request; `TransientError` while it is not sealed yet. */
  async input(request: bigint, inputHash: string, signal: AbortSignal): Promise<Uint8Array> {
    const path = `/node/v1/inputs/${request}/${inputHash}`;
    const { status, body } = await this.#signed('GET', path, { signal });
    if (status === 200) return body;
    const code = problemOf(body);
    if (status === 404 && code === 'not_ready') throw new TransientError('the input is not ready');
    throw new PermanentError(`input_${code}`, `the gateway answered ${status}`);
  }

  /** Delivers a sealed output; `TransientError` while the gateway has not seen all commitments. */
  async deliver(
    request: bigint,
    output: { sealed: Uint8Array; signature: Uint8Array },
    signal: AbortSignal,
  ): Promise<void> {
    const content = utf8(
      JSON.stringify({
        ticket: this.on.keys.ticket.toString(),
        sealed: toBase64(output.sealed),
        signature: toBase64(output.signature),
      }),
    );
    const path = `/node/v1/outputs/${request}`;
    const { status, body } = await this.#signed('PUT', path, { signal, content });
    if (status === 204) return;
    const code = problemOf(body);
    if (status === 409 && code === 'not_committed') {
      throw new TransientError('the gateway has not seen all commitments');
    }
    throw new PermanentError(`output_${code}`, `the gateway answered ${status}`);
  }

  /** The X25519 key that outputs are sealed to. */
  async sealingKey(signal: AbortSignal): Promise<Uint8Array> {
    const { status, body } = await this.#signed('GET', '/node/v1/sealing-key', { signal });
    if (status !== 200)
      throw new PermanentError('no_sealing_key', `the gateway answered ${status}`);
    return fromBase64(
      sealingKeySchema.parse(JSON.parse(Buffer.from(body).toString('utf8'))).public_key,
    );
  }

  #signed(
    method: 'GET' | 'PUT',
    path: string,
    of: { signal: AbortSignal; content?: Uint8Array },
  ): Promise<{ status: number; body: Uint8Array }> {
    const { ticket, workKeySeed } = this.on.keys;
    const timeMs = BigInt(Date.now());
    const body = of.content ?? new Uint8Array();
    const signature = ed25519Sign(workKeySeed, httpDigest({ method, path, timeMs, body }));
    return httpCall(new URL(path, this.on.url), {
      method,
      headers: {
        [HTTP_SIGNATURE_HEADERS.ticket]: ticket.toString(),
        [HTTP_SIGNATURE_HEADERS.time]: timeMs.toString(),
        [HTTP_SIGNATURE_HEADERS.signature]: toBase64(signature),
        ...(of.content === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal: of.signal,
      ...(of.content === undefined ? {} : { body: of.content }),
    });
  }
}
