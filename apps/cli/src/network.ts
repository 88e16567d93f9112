import { readFileSync } from 'node:fs';
import { startApps, up, type OnProgress, type StackState } from '#stack';
import { migrateDatabase } from '#libs/database';
import { readModel } from '#libs/engine';
import { PermanentError, sleep } from '#libs/service';
import pg from 'pg';
import { foundNetwork } from './found/found.js';

const MARKET_LIMIT_MS = 120_000;
const MARKET_POLL_MS = 200;

export const DEMO_MODEL = 'atoma-tiny-1';

export interface NetworkOptions {
  name: string;
  fresh: boolean;
  /** Ties the stack to this process: when it ends, so does the stack. */
  owner: boolean;
  onProgress: OnProgress;
  onStep: (step: string) => void;
}

/** Brings a whole network up: infrastructure, schema, contract with nodes, apps; returns when a market serves. */
export async function bringUpNetwork(options: NetworkOptions): Promise<StackState> {
  const { name, fresh, owner, onProgress, onStep } = options;
  const state = await up({ name, fresh, owner, onProgress });
  const founding = isFounded(state) ? undefined : found(state, onStep);
  await Promise.all([migrateDatabase({ adminUrl: state.urls.postgres }), founding]);
  onStep('starting the services');
  await startApps({ name, onProgress });
  onStep('waiting for the market to clear (an epoch is ten seconds)');
  await marketOpen(state);
  return state;
}

const isFounded = (state: StackState): boolean => {
  const network = JSON.parse(readFileSync(state.files.network, 'utf8')) as { contract?: string };
  return network.contract !== undefined && network.contract !== '';
};

async function found(state: StackState, onStep: (step: string) => void): Promise<void> {
  if (state.codeId === null) {
    throw new PermanentError(
      'no_contract',
      'the chain was started without contracts/artifacts/atoma_network.wasm; run: npm run stack -- reset',
    );
  }
  const model = readModel(state.files.models, DEMO_MODEL);
  await foundNetwork({
    networkFile: state.files.network,
    keysDir: state.files.keys,
    faucetMnemonicFile: state.files.faucet,
    codeId: BigInt(state.codeId),
    model: {
      id: model.id,
      architecture: model.architecture,
      chunk_size: model.chunk_size,
      context_limit: model.context_limit,
      files: model.files.map(({ path, size }) => ({ path, size: BigInt(size) })),
      metadata_uri: model.metadata_uri,
      template_hash: Buffer.from(model.template_hash, 'hex'),
      tokenizer_hash: Buffer.from(model.tokenizer_hash, 'hex'),
      unit: model.unit,
      weights_root: Buffer.from(model.weights_root, 'hex'),
    },
    onStep,
  });
}

async function marketOpen(state: StackState): Promise<void> {
  const pool = new pg.Pool({ connectionString: state.urls.postgres, max: 1 });
  const deadline = Date.now() + MARKET_LIMIT_MS;
  try {
    for (;;) {
      const { rows } = await pool.query<{ serving: number }>(
        'select serving from read.markets where not closed and serving > 0',
      );
      if (rows[0] !== undefined) return;
      if (Date.now() > deadline) {
        throw new PermanentError(
          'no_market',
          `no market opened within ${MARKET_LIMIT_MS / 1000} s; npm run stack -- logs sequencer says why`,
        );
      }
      await sleep(MARKET_POLL_MS);
    }
  } finally {
    await pool.end();
  }
}
