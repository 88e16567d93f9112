import { z } from 'zod';
import type { Queryable } from '#libs/database';

export type RequestState =
  'pending' | 'assigned' | 'revealing' | 'agreed' | 'settled' | 'refunded' | 'disputed';

/** The rows of `read.*` that the gateway looks at; it never writes there. */
export interface ModelRow {
  model: string;
  state: string;
  owner: string;
  weights_root: string;
  tokenizer_hash: string;
  template_hash: string;
  context_limit: bigint;
  owner_fee_bps: number;
  objections_until: bigint;
}

export interface MarketRow {
  model: string;
  echelon: string;
  price: bigint;
  bidders: number;
  owners: number;
  serving: number;
  closed: boolean;
}

export interface RequestRow {
  request: bigint;
  action_digest: string | null;
  requester: string;
  model: string;
  echelon: string;
  state: RequestState;
  n: number;
  price: bigint;
  input_tokens: bigint;
  max_output_tokens: bigint;
  input_hash: string;
  params_hash: string;
  max_fee: bigint;
  charge_max: bigint;
  root: string | null;
  output_tokens: bigint | null;
  finish_reason: number | null;
  fee: bigint | null;
  refund: bigint | null;
  submitted_height: bigint;
  settled_height: bigint | null;
}

const requestColumns = `request, action_digest, requester, model, echelon, state, n, price, input_tokens,
  max_output_tokens, input_hash, params_hash, max_fee, charge_max, root, output_tokens, finish_reason, fee,
  refund, submitted_height, settled_height`;

const MODELS = `SELECT model, state, owner, weights_root, tokenizer_hash, template_hash, context_limit,
  owner_fee_bps, objections_until FROM read.models`;

export async function findModel(db: Queryable, model: string): Promise<ModelRow | null> {
  const { rows } = await db.query<ModelRow>(`${MODELS} WHERE model = $1`, [model]);
  return rows[0] ?? null;
}

/** Every model that is not removed, in the order of their names. */
export async function listModels(db: Queryable): Promise<ModelRow[]> {
  const { rows } = await db.query<ModelRow>(
    `${MODELS} WHERE state <> 'removed' ORDER BY model LIMIT 1000`,
  );
  return rows;
}

/** The cheapest market of a model, open ones first; null where it was never cleared. */
export async function findMarket(db: Queryable, model: string): Promise<MarketRow | null> {
  const { rows } = await db.query<MarketRow>(
    `SELECT model, echelon, price, bidders, owners, serving, closed FROM read.markets
     WHERE model = $1 ORDER BY closed, price, echelon LIMIT 1`,
    [model],
  );
  return rows[0] ?? null;
}

const amount = z.union([z.string(), z.number()]).transform((value) => BigInt(value));
const count = z.coerce.number().int();

const networkSchema = z.object({
  chain_id: z.string(),
  contract: z.string(),
  paused: z.boolean(),
  params: z.object({
    adversary_share_bps: count,
    burn_bps: count,
    dispatch_fee: amount,
    max_draws: count,
    max_attempts: count,
    min_nodes: count,
    originality_seconds: amount,
    risk_budget: amount,
    sampling_min: count,
    slice_multiple: count,
    treasury_bps: count,
  }),
});
export type NetworkRow = z.output<typeof networkSchema>;
export type PricingParams = NetworkRow['params'];

/** The parameters of the network, or null before its first event was projected. */
export async function findNetwork(db: Queryable): Promise<NetworkRow | null> {
  const { rows } = await db.query('SELECT chain_id, contract, paused, params FROM read.network');
  return rows[0] === undefined ? null : networkSchema.parse(rows[0]);
}

/** The ledger balance of an address in the contract. */
export async function balanceOf(db: Queryable, address: string): Promise<bigint> {
  const { rows } = await db.query<{ balance: bigint }>(
    'SELECT balance FROM read.balances WHERE address = $1',
    [address],
  );
  return rows[0]?.balance ?? 0n;
}

export async function requestByDigest(db: Queryable, digest: string): Promise<RequestRow | null> {
  const { rows } = await db.query<RequestRow>(
    `SELECT ${requestColumns} FROM read.requests WHERE action_digest = $1`,
    [digest],
  );
  return rows[0] ?? null;
}

export async function requestById(db: Queryable, request: bigint): Promise<RequestRow | null> {
  const { rows } = await db.query<RequestRow>(
    `SELECT ${requestColumns} FROM read.requests WHERE request = $1`,
    [request],
  );
  return rows[0] ?? null;
}

/** Why the contract refused an action, or null if it did not. */
export async function refusalOf(db: Queryable, digest: string): Promise<string | null> {
  const { rows } = await db.query<{ code: string | null }>(
    `SELECT code FROM read.actions WHERE digest = $1 AND outcome = 'refused'
     AND NOT EXISTS (SELECT FROM read.actions WHERE digest = $1 AND outcome = 'accepted')
     LIMIT 1`,
    [digest],
  );
  return rows[0] === undefined ? null : (rows[0].code ?? 'refused');
}

export interface TimelineRow {
  seq: bigint;
  type: string;
  height: bigint;
  tx_hash: string | null;
  time_seconds: bigint;
  body: Record<string, unknown>;
}

/** Every event of a request in order. */
export async function timelineOf(db: Queryable, request: bigint): Promise<TimelineRow[]> {
  const { rows } = await db.query<TimelineRow>(
    `SELECT seq, type, height, tx_hash, time_seconds, body FROM read.request_timeline
     WHERE request = $1 ORDER BY seq LIMIT 1000`,
    [request],
  );
  return rows;
}

export interface PanelSeat {
  /** Ed25519 work key of the ticket, hex. */
  work_key: string;
  slot: number;
  state: 'assigned' | 'accepted' | 'committed' | 'revealed';
  leaf: string | null;
}

/** The slot that a ticket holds on the panel of a request; null if it was never drawn or lost it. */
export async function panelSeat(
  db: Queryable,
  request: bigint,
  ticket: bigint,
): Promise<PanelSeat | null> {
  const { rows } = await db.query<PanelSeat>(
    `SELECT t.work_key, s.slot, s.state, s.leaf
     FROM read.request_slots s JOIN read.tickets t ON t.ticket = s.ticket
     WHERE s.request = $1 AND s.ticket = $2 AND s.state <> 'vacated'
     ORDER BY s.attempt DESC LIMIT 1`,
    [request, ticket],
  );
  return rows[0] ?? null;
}
