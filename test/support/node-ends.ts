import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  decodeWorkAction,
  digestOf,
  isSignedByWorkKey,
  signedActionSchema,
  type ActionScope,
  type WorkAction,
} from '#libs/chain';
import {
  ed25519Verify,
  fromBase64,
  HTTP_SIGNATURE_HEADERS,
  httpDigest,
  toBase64,
  toHex,
} from '#libs/protocol';
import { sealingPublicKey } from '#libs/storage';

/** An action as the sequencer's end received it. */
export interface TakenAction {
  bytes: string;
  digest: string;
  action: WorkAction;
}

/** The two ends a worker talks to, in one server: they check signatures as the real ones do and record calls. */
export class NodeEnds {
  readonly actions: TakenAction[] = [];
  readonly outputs: { request: string; sealed: Uint8Array; signature: Uint8Array }[] = [];
  /** What `GET /node/v1/inputs/{request}/{hash}` answers, by its path; absent is `not_ready`. */
  readonly inputs = new Map<string, Uint8Array>();
  inputCalls = 0;
  /** Kinds of action that are recorded and then never answered. */
  readonly silentOn = new Set<string>();
  /** What `GET /v1/actions/{digest}` says of actions of a kind, one for each that was taken; then it is accepted. */
  readonly outcomes = new Map<string, { state: string; outcome?: string; code?: string }[]>();
  readonly problems: string[] = [];
  readonly #server: Server;

  constructor(
    private readonly node: { scope: ActionScope; workKey: Uint8Array; gatewaySeed: Uint8Array },
  ) {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => this.problems.push(String(error)));
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  kinds(): string[] {
    return this.actions.map(({ action }) => Object.keys(action)[0] ?? '');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const path = request.url ?? '';
    if (path === '/v1/actions') {
      this.#take(body, response);
      return;
    }
    if (path.startsWith('/v1/actions/')) {
      this.#tell(path.split('/').at(-1) ?? '', response);
      return;
    }
    this.#checkSignature(request, body);
    if (path === '/node/v1/sealing-key') {
      const key = toBase64(sealingPublicKey(this.node.gatewaySeed));
      json(response, 200, { public_key: key });
      return;
    }
    if (path.startsWith('/node/v1/outputs/')) {
      this.#deliver(path, body, response);
      return;
    }
    this.inputCalls += 1;
    const input = this.inputs.get(path);
    if (input === undefined) {
      json(response, 404, { error: { code: 'not_ready', message: '' } });
      return;
    }
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(input);
  }

  #take(body: Buffer, response: ServerResponse): void {
    const signed = signedActionSchema.parse(JSON.parse(body.toString()));
    const action = decodeWorkAction(signed.action);
    if (action === undefined || !isSignedByWorkKey(this.node.scope, signed, this.node.workKey)) {
      this.problems.push('an action that is malformed or badly signed');
      json(response, 401, { error: { code: 'bad_signature', message: '' } });
      return;
    }
    const digest = toHex(digestOf(this.node.scope, signed));
    const again = this.actions.some((taken) => taken.digest === digest);
    this.actions.push({ bytes: body.toString(), digest, action });
    if (this.silentOn.has(Object.keys(action)[0] ?? '')) return;
    json(response, again ? 200 : 202, {
      index: '1',
      digest,
      tip: '',
      deadline: '0',
      lane: 'l',
      receipt: '',
    });
  }

  #tell(digest: string, response: ServerResponse): void {
    const taken = this.actions.find((action) => action.digest === digest);
    if (taken === undefined) {
      json(response, 404, { error: { code: 'not_found', message: '' } });
      return;
    }
    const kind = Object.keys(taken.action)[0] ?? '';
    const digests = this.actions.filter(({ action }) => kind in action).map((one) => one.digest);
    const nth = [...new Set(digests)].indexOf(digest);
    const accepted = { state: 'observed', outcome: 'accepted' };
    json(response, 200, this.outcomes.get(kind)?.[nth] ?? accepted);
  }

  #deliver(path: string, body: Buffer, response: ServerResponse): void {
    const { sealed, signature } = JSON.parse(body.toString()) as Record<string, string>;
    this.outputs.push({
      request: path.split('/').at(-1) ?? '',
      sealed: fromBase64(sealed ?? ''),
      signature: fromBase64(signature ?? ''),
    });
    response.writeHead(204).end();
  }

  #checkSignature(request: IncomingMessage, body: Uint8Array): void {
    const header = (name: string): string => String(request.headers[name]);
    const digest = httpDigest({
      method: request.method ?? '',
      path: request.url ?? '',
      timeMs: BigInt(header(HTTP_SIGNATURE_HEADERS.time)),
      body,
    });
    const signature = fromBase64(header(HTTP_SIGNATURE_HEADERS.signature));
    if (!ed25519Verify(this.node.workKey, digest, signature))
      this.problems.push(`unsigned ${request.url ?? ''}`);
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
