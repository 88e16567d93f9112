import type { SignedAction } from './signed-action.js';

/**
 * The contract's messages as `docs/interfaces.md` section 3 names them. Bigints and bytes take their JSON form in
 * `toWire`; hashes of echelons are hex strings, all other hashes, keys and signatures bytes.
 */
export type ExecuteMsg =
  | { deposit: Nothing }
  | { withdraw: { amount: bigint } }
  | {
      register_echelon: {
        descriptor: EchelonDescriptor;
        collateral: bigint;
        reserve_price: bigint;
      };
    }
  | { register_model: ModelRegistration }
  | { register_node: NodeKeys & { collateral: bigint } }
  | { top_up: { ticket: bigint; amount: bigint } }
  | { deregister: OfTicket }
  | { withdraw_collateral: OfTicket }
  | { rotate_key: OfTicket & { work_key?: Uint8Array; sealing_key?: Uint8Array } }
  | { subscribe: { ticket: bigint; model: string; echelon: string } }
  | { unsubscribe: { ticket: bigint; model: string } }
  | { bid: { ticket: bigint; model: string; price: bigint } }
  | { request: RequestBody }
  | { claim: OfTicket }
  | { fence: Fence }
  | { announce_migration: { code_id: bigint; checksum: string } }
  | { migrate_now: Nothing }
  | { set_params: { params: Params } }
  | { pause: { paused: boolean } }
  | Crank;

/** What anybody may send: an item that is not due changes nothing. */
export type Crank =
  | { tick: Nothing }
  | { submit_beacon: { round: bigint; signature: Uint8Array } }
  | { clear: { model: string; echelon: string; limit: number } }
  | { draw: { requests: readonly bigint[] } }
  | { poke: { requests: readonly bigint[]; models: readonly string[] } }
  | { submit_batch: { fence?: Fence; actions: readonly SignedAction[] } };

type Nothing = Record<string, never>;
interface OfTicket {
  ticket: bigint;
}

export interface Fence {
  lane: string;
  term: bigint;
}

/** Ed25519 work key, X25519 sealing key (32 bytes each) and compressed BLS beacon key. */
export interface NodeKeys {
  work_key: Uint8Array;
  sealing_key: Uint8Array;
  beacon_key: Uint8Array;
}

export interface EchelonDescriptor {
  driver_major: number;
  engine: string;
  gpu_count: number;
  gpu_memory_mb: number;
  gpu_model: string;
  kernel_family: string;
  ms_per_token: number;
  quantisation: string;
  /** Of 1,000,000 tokens. */
  reference_cost: bigint;
  seed_rule: string;
  tensor_parallel: number;
  verification: 'exact';
}

export interface ModelRegistration {
  architecture: string;
  chunk_size: number;
  context_limit: number;
  files: readonly { path: string; size: bigint }[];
  id: string;
  metadata_uri: string;
  owner_fee_bps: number;
  template_hash: Uint8Array;
  tokenizer_hash: Uint8Array;
  unit: string;
  weights_root: Uint8Array;
}

/** A request for work; `n` null lets the contract choose the smallest panel that the risk allows. */
export interface RequestBody {
  model: string;
  echelon: string;
  input_hash: Uint8Array;
  params_hash: Uint8Array;
  input_tokens: number;
  max_output_tokens: number;
  max_fee: bigint;
  consensus: { sampling: { n: number | null } };
  value_at_risk: bigint;
  context: readonly [];
  output_to: string;
  refund_to?: string;
}

/** Durations in seconds, amounts in the denom, `_bps` in 1/10,000: `contracts/core/src/params.rs` explains each. */
export interface Params {
  accept_seconds: number;
  adversary_share_bps: number;
  beacon_dead_after: number;
  beacon_margin: number;
  burn_bps: number;
  challenge_seconds: number;
  commit_base_seconds: number;
  commit_ms_per_token: number;
  comp_multiple: number;
  dispatch_fee: bigint;
  epoch_seconds: number;
  exit_delay: number;
  expiry_seconds: number;
  halt_grace_seconds: number;
  max_attempts: number;
  max_block_seconds: number;
  max_draws: number;
  min_nodes: number;
  miss_limit: number;
  model_deposit: bigint;
  originality_seconds: number;
  price_move_bps: number;
  reveal_seconds: number;
  risk_budget: bigint;
  sampling_min: number;
  share_bps: number;
  slice_multiple: number;
  timelock: number;
  timeout_bps: number;
  timeout_split: { burn_bps: number; treasury_bps: number; user_bps: number };
  treasury_bps: number;
}

/** The coins of the instantiation become the emission reserve. */
export interface InstantiateMsg {
  beacon: { genesis: bigint; period: bigint; public_key: Uint8Array };
  denom: string;
  governance: string;
  params: Params;
  treasury: string;
}
