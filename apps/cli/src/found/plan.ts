import type { EchelonDescriptor } from '#libs/chain';

/** What a development network is founded with. Amounts in utoma; prices per 1,000,000 tokens. */
export const founding = {
  nodes: 8,
  reserve: 1_000_000_000n,
  collateral: 50_000_000n,
  reservePrice: 1_000_000n,
  /** Bid of node i (from 1): their own cost, a little apart, so that clearing has something to order. */
  bidOf: (index: number): bigint => 400_000n + BigInt(index) * 20_000n,
  /** Coins of an owner beyond the collateral, for gas. */
  ownerGas: 5_000_000n,
  modelDeposit: 1_000_000n,
  modelOwnerFeeBps: 200,
} as const;

/** The one echelon of development machines: llama.cpp on a CPU, one sequence, greedy. */
export const cpuEchelon: EchelonDescriptor = {
  driver_major: 0,
  engine: 'node-llama-cpp-3.21.1',
  gpu_count: 0,
  gpu_memory_mb: 0,
  gpu_model: 'cpu-x64',
  kernel_family: 'ggml-cpu',
  ms_per_token: 250,
  quantisation: 'gguf-as-filed',
  reference_cost: 400_000n,
  seed_rule: 'greedy',
  tensor_parallel: 1,
  verification: 'exact',
};
