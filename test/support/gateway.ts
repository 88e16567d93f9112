import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  canonicalAddress,
  decodeWalletAction,
  digestOf,
  isSignedByWallet,
  signedActionSchema,
  toWire,
  type ParsedWalletAction,
  type SignedAction,
} from '#libs/chain';
import { connect, type Pool } from '#libs/database';
import { listModels, type Model } from '#libs/engine';
import {
  deliveryDigest,
  ed25519Sign,
  encodeOutput,
  FINISH_REASON,
  httpDigest,
  leafOf,
  outputDigest,
  rootOfDigest,
  toBase64,
  toHex,
  utf8,
  type Output,
} from '#libs/protocol';
import { open, inputContext, outputContext, seal } from '#libs/storage';
import { testDatabase, type TestDatabase } from './database.js';
import { scope, seedReadModels, type ScriptedNode } from './gateway-seed.js';

/** Where the test model lies; another place is for work on the model itself. */
const modelDir = process.env['ATOMA_MODEL_DIR'] ?? 'test/model';

type RequestBody = Extract<ParsedWalletAction, { request: unknown }>['request'];

/** How a sequencer may treat an action: take it (and let the chain take it), take it and stay silent, or refuse. */
export type Treatment =
  | { kind: 'take' }
  | { kind: 'hold' }
  | { kind: 'lose answer' }
  | { kind: 'refuse'; status: number; code: string; after?: Promise<void> };

/**
 * The neighbours of a gateway as a test scripts them: real Postgres with the read models it looks at, a sequencer's
 * HTTP end that checks and records actions, and nodes with real keys. What the chain would do is said by the test.
 */
export class GatewayWorld {
  readonly actions: SignedAction[] = [];
  readonly nodes: ScriptedNode[] = [1n, 2n, 3n, 4n, 5n, 6n].map((ticket) => ({
    ticket,
    workSeed: randomBytes(32),
    sealingSeed: randomBytes(32),
  }));
  treatment: Treatment = { kind: 'take' };
  secretHex = randomBytes(32).toString('hex');
  #seq = 1n;
  #requests = 0n;

  private constructor(
    readonly database: TestDatabase,
    readonly admin: Pool,
    readonly model: Model,
    private readonly server: Server,
  ) {}

  static async start(): Promise<GatewayWorld> {
    const [model] = listModels(modelDir);
    if (model === undefined) throw new Error(`${modelDir} holds no model`);
    const database = await testDatabase();
    const admin = connect(database.adminUrl, { name: 'spec', searchPath: 'projection_v1' });
    const server = createServer();
    const world = new GatewayWorld(database, admin, model, server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        void world.#intake(Buffer.concat(chunks).toString('utf8')).then((answer) => {
          if (answer === null) return response.destroy();
          response.writeHead(answer.status, { 'content-type': 'application/json' });
          response.end(JSON.stringify(answer.body));
          return undefined;
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await seedReadModels(admin, { model, nodes: world.nodes });
    return world;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await this.admin.end();
    await this.database.drop();
  }

  get sequencerUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The environment of a gateway in this world; every call makes files of its own. */
  config(answerLimitMs = 20_000) {
    const { network, secret } = this.#files();
    return {
      NETWORK_FILE: network,
      LOG_LEVEL: 'silent' as const,
      HTTP_PORT: 0,
      HTTP_HOST: '127.0.0.1',
      DATABASE_URL: this.database.url('gateway'),
      SEQUENCER_URL: this.sequencerUrl,
      MODEL_DIR: modelDir,
      GATEWAY_SECRET_FILE: secret,
      ANSWER_LIMIT_MS: answerLimitMs,
    };
  }

  #files(): { network: string; secret: string } {
    const dir = mkdtempSync(join(tmpdir(), 'atoma-gateway-'));
    const network = join(dir, 'network.json');
    const secret = join(dir, 'secret');
    const beacon = { url: 'http://127.0.0.1:1', public_key: 'x', genesis: '0', period: '1' };
    const rest = {
      rpcs: ['http://127.0.0.1:1'],
      prefix: 'wasm',
      denom: 'utoma',
      gas_price: '0.1utoma',
    };
    writeFileSync(
      network,
      JSON.stringify({
        name: 'spec',
        ...scope,
        ...rest,
        beacon,
        start_height: '1',
        trusted_validators: [],
      }),
    );
    writeFileSync(secret, this.secretHex);
    return { network, secret };
  }

  async fund(wallet: string, amount: bigint): Promise<void> {
    await this.admin.query(
      'INSERT INTO balances VALUES ($1, $2) ON CONFLICT (address) DO UPDATE SET balance = $2',
      [wallet, amount],
    );
  }

  async count(table: string): Promise<number> {
    const { rows } = await this.admin.query<{ n: bigint }>(`SELECT count(*) AS n FROM ${table}`);
    return Number(rows[0]?.n);
  }

  /** Tells the gateway what the projector would: something was applied. */
  async applied(): Promise<void> {
    await this.admin.query(`NOTIFY applied, '1'`);
  }

  /** The chain refuses an action, or takes it as a request. */
  async chainRefuses(action: SignedAction, code: string): Promise<void> {
    await this.admin.query(
      `INSERT INTO actions (digest, seq, index, signer, outcome, code, height) VALUES ($1, $2, 0, 's', 'refused', $3, 5)`,
      [toHex(digestOf(scope, action)), this.#seq++, code],
    );
    await this.applied();
  }

  async chainTakes(action: SignedAction): Promise<bigint> {
    const decoded = decodeWalletAction(action.action);
    if (decoded === undefined || !('request' in decoded)) throw new Error('not a request');
    const digest = toHex(digestOf(scope, action));
    const known = await this.admin.query('SELECT FROM requests WHERE action_digest = $1', [digest]);
    if (known.rowCount !== 0) return this.#requests;
    const request = ++this.#requests;
    await this.#insertRequest(request, digest, decoded.request, action);
    await this.event(request, 'request.submitted.v1', {});
    await this.applied();
    return request;
  }

  async event(request: bigint, type: string, body: Record<string, unknown>): Promise<void> {
    await this.admin.query(
      `INSERT INTO events (seq, height, type, body, head, tx_hash, tx_index, msg_index, time_seconds, block_time, request)
       VALUES ($1, $2, $3, $4, '', $5, 0, 0, $6, now(), $7)`,
      [
        this.#seq,
        100n + this.#seq,
        type,
        JSON.stringify(body),
        'AB'.repeat(32),
        1_800_000_000n + this.#seq,
        request,
      ],
    );
    this.#seq++;
  }

  async assign(
    request: bigint,
    tickets: readonly bigint[],
    slotFrom = 1,
    attempt = 0,
  ): Promise<void> {
    for (const [i, ticket] of tickets.entries()) {
      await this.admin.query(
        `INSERT INTO request_slots (request, slot, attempt, ticket, owner, state) VALUES ($1, $2, $3, $4, 'o', 'assigned')`,
        [request, slotFrom + i, attempt, ticket],
      );
    }
    await this.#state(request, 'assigned');
  }

  async vacate(request: bigint, slot: number): Promise<void> {
    await this.admin.query(
      `UPDATE request_slots SET state = 'vacated' WHERE request = $1 AND slot = $2`,
      [request, slot],
    );
    await this.applied();
  }

  async commitAll(request: bigint): Promise<void> {
    await this.admin.query(
      `UPDATE request_slots SET state = 'committed' WHERE request = $1 AND state <> 'vacated'`,
      [request],
    );
    await this.#state(request, 'revealing');
  }

  async agree(request: bigint, output: Output): Promise<void> {
    const digest = outputDigest(encodeOutput(output));
    const { rows } = await this.admin.query<{ slot: number }>(
      `UPDATE request_slots SET state = 'revealed' WHERE request = $1 AND state <> 'vacated' RETURNING slot`,
      [request],
    );
    for (const { slot } of rows) {
      await this.admin.query(
        'UPDATE request_slots SET leaf = $3 WHERE request = $1 AND slot = $2',
        [request, slot, toHex(leafOf(digest, slot))],
      );
    }
    await this.admin.query(
      'UPDATE requests SET root = $2, output_tokens = $3, finish_reason = $4 WHERE request = $1',
      [
        request,
        toHex(rootOfDigest(digest, rows.length)),
        output.tokens.length,
        FINISH_REASON[output.finish],
      ],
    );
    await this.#state(request, 'agreed');
  }

  async end(
    request: bigint,
    state: 'settled' | 'refunded' | 'disputed',
    refund: bigint,
  ): Promise<void> {
    await this.admin.query(
      'UPDATE requests SET refund = $2, settled_height = 9 WHERE request = $1',
      [request, refund],
    );
    await this.event(request, `request.${state}.v1`, {
      reason: 'max_attempts',
      refund: refund.toString(),
    });
    await this.#state(request, state);
  }

  /** Headers of a call signed by a node's work key. */
  signed(
    node: ScriptedNode,
    call: { method: string; path: string; body?: string; timeMs?: number },
  ) {
    const timeMs = BigInt(call.timeMs ?? Date.now());
    const { method, path, body = '' } = call;
    const digest = httpDigest({ method, path, timeMs, body: utf8(body) });
    return {
      'x-atoma-ticket': node.ticket.toString(),
      'x-atoma-time': timeMs.toString(),
      'x-atoma-signature': toBase64(ed25519Sign(node.workSeed, digest)),
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
    };
  }

  unsealInput(node: ScriptedNode, request: bigint, sealed: Uint8Array): unknown {
    const bytes = open(node.sealingSeed, sealed, inputContext(request, node.ticket));
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  }

  /** A delivery as the worker sends it. */
  delivery(
    node: ScriptedNode,
    request: bigint,
    of: { output: Output; sealingKey: Uint8Array },
  ): string {
    const bytes = encodeOutput(of.output);
    const signature = ed25519Sign(
      node.workSeed,
      deliveryDigest({
        chainId: scope.chain_id,
        contract: canonicalAddress(scope.contract),
        request,
        ticket: node.ticket,
        digest: outputDigest(bytes),
      }),
    );
    const sealed = seal(of.sealingKey, bytes, outputContext(request));
    return JSON.stringify(toWire({ ticket: node.ticket, sealed, signature }));
  }

  async #state(request: bigint, state: string): Promise<void> {
    await this.admin.query('UPDATE requests SET state = $2 WHERE request = $1', [request, state]);
    await this.applied();
  }

  async #intake(text: string): Promise<{ status: number; body: unknown } | null> {
    const action = signedActionSchema.parse(JSON.parse(text));
    const { signer } = action;
    if (!('wallet' in signer) || !isSignedByWallet(scope, action, signer.wallet)) {
      return { status: 401, body: { error: { code: 'bad_signature', message: 'bad signature' } } };
    }
    this.actions.push(action);
    const { treatment } = this;
    if (treatment.kind === 'refuse') {
      await treatment.after;
      return {
        status: treatment.status,
        body: { error: { code: treatment.code, message: 'scripted' } },
      };
    }
    if (treatment.kind !== 'hold') await this.chainTakes(action);
    return treatment.kind === 'lose answer' ? null : { status: 202, body: {} };
  }

  async #insertRequest(
    request: bigint,
    digest: string,
    body: RequestBody,
    action: SignedAction,
  ): Promise<void> {
    const requester = 'wallet' in action.signer ? action.signer.wallet.address : '';
    await this.admin.query(
      `INSERT INTO requests (request, action_digest, requester, model, echelon, state, consensus, n, epoch, list_epoch,
         price, slice, value_at_risk, input_hash, params_hash, input_tokens, max_output_tokens, max_fee, charge_max,
         dispatch_fee, output_to, refund_to, fixed_height, expires_at, submitted_height)
       VALUES ($1, $2, $3, $4, $5, 'pending', 'sampling', 3, 1, 1, 500000, 1, 0, $6, $7, $8, $9, $10, 900, 10, 'gateway',
         $3, 1, 9999999999, 5)`,
      [
        request,
        digest,
        requester,
        body.model,
        body.echelon,
        toHex(body.input_hash),
        toHex(body.params_hash),
        body.input_tokens,
        body.max_output_tokens,
        body.max_fee,
      ],
    );
  }
}
