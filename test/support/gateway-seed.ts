import { bech32Address, devParams, toWire } from '#libs/chain';
import type { Pool } from '#libs/database';
import type { Model } from '#libs/engine';
import { ed25519PublicKey, toHex } from '#libs/protocol';
import { sealingPublicKey } from '#libs/storage';

const CONTRACT = bech32Address('wasm', new Uint8Array(32).fill(9));
export const scope = { chain_id: 'atoma-spec-1', contract: CONTRACT, prefix: 'wasm' };
export const ECHELON = 'ec'.repeat(32);

/** A node of the scripted network. */
export interface ScriptedNode {
  ticket: bigint;
  workSeed: Uint8Array;
  sealingSeed: Uint8Array;
}

/** Fills the read models with a network that has one model, one open market and these nodes. */
export async function seedReadModels(
  admin: Pool,
  { model, nodes }: { model: Model; nodes: readonly ScriptedNode[] },
): Promise<void> {
  await admin.query(
    `INSERT INTO network (chain_id, contract, governance, denom, params, beacon, genesis, epoch_seconds, treasury_address)
     VALUES ($1, $2, 'gov', 'utoma', $3, '{}', 0, 10, 'treasury')`,
    [scope.chain_id, scope.contract, JSON.stringify(toWire(devParams))],
  );
  await admin.query(
    `INSERT INTO models (model, state, owner, weights_root, chunk_size, files, architecture, unit, context_limit,
       tokenizer_hash, template_hash, metadata_uri, owner_fee_bps, deposit, objections_until, registered_height)
     VALUES ($1, 'available', 'owner', $2, 1024, '[]', 'llama', 'token', $3, $4, $5, '', 250, 1, 1800000005, 3)`,
    [model.id, model.weights_root, model.context_limit, model.tokenizer_hash, model.template_hash],
  );
  await admin.query(`INSERT INTO markets VALUES ($1, $2, 500000, 1, 6, 6, 6, false)`, [
    model.id,
    ECHELON,
  ]);
  for (const { ticket, workSeed, sealingSeed } of nodes) {
    await admin.query(
      `INSERT INTO tickets (ticket, owner, echelon, state, work_key, sealing_key, beacon_key, collateral, registered_height)
       VALUES ($1, $2, $3, 'open', $4, $5, '', 1000000, 3)`,
      [
        ticket,
        `owner-${ticket}`,
        ECHELON,
        toHex(ed25519PublicKey(workSeed)),
        toHex(sealingPublicKey(sealingSeed)),
      ],
    );
  }
  await admin.query(
    `INSERT INTO position (height, seq, head, term, block_hash, block_time, time_seconds) VALUES (5, 5, '', 1, '', now(), 5)`,
  );
}
