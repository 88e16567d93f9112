import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  QuerySmartContractStateRequest,
  QuerySmartContractStateResponse,
} from 'cosmjs-types/cosmwasm/wasm/v1/query';
import { z } from 'zod';

const SMART_QUERY = '/cosmwasm.wasm.v1.Query/SmartContractState';
/** How the SDK marks an error that has no code of its own. */
const UNKNOWN_CODE = 2;

const callSchema = z.object({
  id: z.number(),
  method: z.literal('abci_query'),
  params: z.object({ path: z.literal(SMART_QUERY), data: z.string() }),
});
const querySchema = z.union([
  z.strictObject({ model: z.strictObject({ model: z.string() }) }),
  z.strictObject({ ticket: z.strictObject({ ticket: z.string() }) }),
]);

/** The facts of a model or ticket that a test chooses, in the contract's JSON. */
export type Facts = Record<string, unknown>;

/** An rpc of a chain whose contract knows the models and tickets set here and answers nothing else. */
export class ChainEnd {
  readonly models = new Map<string, Facts>();
  readonly tickets = new Map<string, Facts>();
  readonly problems: string[] = [];
  readonly #server: Server;

  constructor(private readonly contract: string) {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        this.problems.push(String(error));
        response.writeHead(500).end();
      });
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

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { id, params } = callSchema.parse(JSON.parse(Buffer.concat(parts).toString()));
    const asked = QuerySmartContractStateRequest.decode(Buffer.from(params.data, 'hex'));
    if (asked.address !== this.contract) throw new Error(`a query of ${asked.address}`);
    const result = { response: this.#query(Buffer.from(asked.queryData).toString()) };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  }

  #query(message: string): Record<string, unknown> {
    const query = querySchema.parse(JSON.parse(message));
    const found = 'model' in query ? this.#model(query.model.model) : this.#ticket(query.ticket);
    if (typeof found === 'string') {
      const log = `${found}: query wasm contract failed`;
      return { code: UNKNOWN_CODE, codespace: 'sdk', log, height: '1' };
    }
    const data = Buffer.from(JSON.stringify(found));
    const value = QuerySmartContractStateResponse.encode({ data }).finish();
    return { code: 0, value: Buffer.from(value).toString('base64'), height: '1' };
  }

  /** The contract's refusal where it does not know the id. */
  #model(id: string): Facts | string {
    const facts = this.models.get(id);
    if (facts === undefined) return `there is no model ${id}`;
    return {
      ...{ architecture: 'toy', context_limit: 512, deposit: '1', files: [], metadata_uri: '' },
      ...{ model: id, objections_until: '0', owner: 'o', owner_fee_bps: 0, state: 'available' },
      ...{ subscribed_owners: 1, unit: 'token', ...facts },
    };
  }

  #ticket({ ticket }: { ticket: string }): Facts | string {
    const facts = this.tickets.get(ticket);
    if (facts === undefined) return `there is no ticket ${ticket}`;
    return {
      ...{ ticket, barred_epoch: null, beacon_key: '', claimable: '0', collateral: '1' },
      ...{ echelon: null, locked: '0', open: 0, owner: 'o', state: 'active', subscriptions: [] },
      ...{ unclaimed: '0', ...facts },
    };
  }
}
