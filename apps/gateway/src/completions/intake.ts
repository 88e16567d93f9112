import { digestOf, signWalletAction, toWire, walletFromSeed, type SignedAction } from '#libs/chain';
import { inTransaction, type Pool, type Queryable } from '#libs/database';
import type { ApiKey, GatewaySecret } from '#libs/keys';
import { canonicalJson, inputHashOf, paramsHashOf, toHex, utf8 } from '#libs/protocol';
import type { Network } from '#libs/service';
import { seal, sealingPublicKey } from '#libs/storage';
import { ApiError } from '../http/api-error.js';
import { balanceOf } from '../read.js';
import type { Plan } from './plan.js';

/** An action that never reached the chain frees its nonce after this; the contract allows an hour. */
const ACTION_SECONDS = 300n;
/** The row of `ops.sealed_input` that is sealed to the gateway itself. */
export const GATEWAY_TICKET = 0n;

export interface Signer {
  db: Pool;
  secret: GatewaySecret;
  network: Network;
}

/** What `ops.intake` keeps: the same bytes are sent again on every retry. */
export interface Intake {
  digest: string;
  keyId: string;
  signedAction: unknown;
}

/** The seal context of an input before its request has a number. */
export const waitingContext = (digest: string): string => `input/${digest}`;

/**
 * Signs a plan as the key's wallet and stores action, sealed input and (with `idempotency`) the key's claim on it in
 * one transaction; a refusal leaves no row. Null: another call took the idempotency key first.
 */
export async function takeIn(
  signer: Signer,
  asked: { key: ApiKey; plan: Plan; idempotency: { key: string; bodyHash: string } | null },
): Promise<Intake | null> {
  const { key, plan, idempotency } = asked;
  const wallet = await walletFromSeed(signer.secret.walletSeed(key.id), signer.network.prefix);
  return await inTransaction(signer.db, async (tx) => {
    await tx.query('SELECT FROM ops.api_key WHERE id = $1 FOR UPDATE', [key.id]);
    if (idempotency !== null && !(await claim(tx, key.id, idempotency))) return null;
    const available = await ensureFunds(tx, key, plan.price.chargeMax);
    const expiresAt = BigInt(Math.floor(Date.now() / 1_000)) + ACTION_SECONDS;
    const signed = signWalletAction({
      network: signer.network,
      wallet,
      action: { request: requestBodyOf(plan, available) },
      nonce: await nextNonce(tx, key.id),
      expiresAt,
    });
    const digest = toHex(digestOf(signer.network, signed));
    await insertIntake(tx, { digest, key, plan, signed });
    await insertSealed(tx, { digest, key, plan, secret: signer.secret, expiresAt });
    if (idempotency !== null) {
      await tx.query(
        'UPDATE ops.idempotency SET action_digest = $3 WHERE key_id = $1 AND key = $2',
        [key.id, idempotency.key, digest],
      );
    }
    return { digest, keyId: key.id, signedAction: toWire(signed) };
  });
}

/** Counts a send before it happens; false if the action has ended: then it must not be sent. */
export async function admitSend(db: Queryable, digest: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE ops.intake SET sends = sends + 1 WHERE action_digest = $1 AND state = 'open'`,
    [digest],
  );
  return rowCount === 1;
}

/**
 * Ends an action that will never become a request: its nonce and its idempotency key are free again. With `sends` only
 * if it was sent this often and no oftener: another call's send may have been taken. Returns whether it ended it.
 */
export async function release(
  db: Pool,
  digest: string,
  as: { state: 'refused' | 'void'; code: string; sends?: number },
): Promise<boolean> {
  return await inTransaction(db, async (tx) => {
    const { rowCount } = await tx.query(
      `UPDATE ops.intake SET state = $2, code = $3
       WHERE action_digest = $1 AND state = 'open' AND sends = COALESCE($4, sends)`,
      [digest, as.state, as.code, as.sends ?? null],
    );
    if (rowCount !== 1) return false;
    await tx.query('DELETE FROM ops.idempotency WHERE action_digest = $1', [digest]);
    await tx.query('DELETE FROM ops.sealed_input WHERE action_digest = $1', [digest]);
    return true;
  });
}

async function claim(
  tx: Queryable,
  keyId: string,
  { key, bodyHash }: { key: string; bodyHash: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO ops.idempotency (key_id, key, body_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [keyId, key, bodyHash],
  );
  return rowCount === 1;
}

/** The sequencer holds `max_fee` against the balance: the cap is never above what the wallet has. */
const requestBodyOf = (plan: Plan, available: bigint) => ({
  model: plan.model,
  echelon: plan.echelon,
  input_hash: inputHashOf(plan.input),
  params_hash: paramsHashOf(plan.params),
  input_tokens: plan.input.tokens.length,
  max_output_tokens: plan.params.max_output_tokens,
  max_fee: plan.maxFee < available ? plan.maxFee : available,
  consensus: { sampling: { n: null } },
  value_at_risk: 0n,
  context: [] as const,
  output_to: 'gateway',
});

/** The fee cap inside a stored action. */
const MAX_FEE = `(convert_from(decode(i.signed_action ->> 'action', 'base64'), 'UTF8')::jsonb
  -> 'request' ->> 'max_fee')::numeric`;

/** Checks balance and spend limit; returns the balance less the fee caps of actions that are still on their way. */
async function ensureFunds(tx: Queryable, key: ApiKey, needed: bigint): Promise<bigint> {
  const { rows } = await tx.query<{ unseen: bigint; open: bigint; spent: bigint }>(
    `SELECT COALESCE(sum(${MAX_FEE}) FILTER (WHERE r.request IS NULL), 0) AS unseen,
            COALESCE(sum(i.charge_max), 0) AS open,
            (SELECT COALESCE(sum(fee), 0) FROM ops.usage WHERE key_id = $1) AS spent
     FROM ops.intake i LEFT JOIN read.requests r ON r.action_digest = i.action_digest
     WHERE i.key_id = $1 AND i.state = 'open'`,
    [key.id],
  );
  const { unseen, open, spent } = rows[0] ?? { unseen: 0n, open: 0n, spent: 0n };
  const balance = (await balanceOf(tx, key.wallet)) - unseen;
  if (balance < needed) {
    throw new ApiError(
      402,
      'insufficient_balance',
      `This request needs ${needed} utoma and the wallet of this key has ${balance < 0n ? 0n : balance}` +
        `${unseen > 0n ? `, ${unseen} more being held by requests on their way` : ''}. ` +
        `Deposit at least ${needed - balance} utoma: the gateway's operator sends \`deposit {}\` with the coins ` +
        `from ${key.wallet} to the contract.`,
    );
  }
  if (key.spendUtoma !== null && spent + open + needed > key.spendUtoma) {
    throw new ApiError(
      429,
      'insufficient_quota',
      `This key may spend ${key.spendUtoma} utoma; ${spent + open} are spent or held, this request needs ${needed}.`,
      { type: 'insufficient_quota', headers: { 'x-should-retry': 'false' } },
    );
  }
  return balance;
}

/** The nonce of a refused or expired action first, so that the contract's window moves on; else the next one. */
async function nextNonce(tx: Queryable, keyId: string): Promise<bigint> {
  const freed = await tx.query<{ nonce: bigint }>(
    `UPDATE ops.intake SET nonce_reused = true WHERE action_digest = (
       SELECT action_digest FROM ops.intake
       WHERE key_id = $1 AND state IN ('refused', 'void') AND NOT nonce_reused ORDER BY nonce LIMIT 1)
     RETURNING nonce`,
    [keyId],
  );
  if (freed.rows[0] !== undefined) return freed.rows[0].nonce;
  const { rows } = await tx.query<{ nonce: bigint }>(
    'UPDATE ops.api_key SET next_nonce = next_nonce + 1 WHERE id = $1 RETURNING next_nonce - 1 AS nonce',
    [keyId],
  );
  return rows[0]?.nonce ?? 0n;
}

async function insertIntake(
  tx: Queryable,
  of: { digest: string; key: ApiKey; plan: Plan; signed: SignedAction },
): Promise<void> {
  await tx.query(
    `INSERT INTO ops.intake (action_digest, key_id, nonce, signed_action, model, charge_max, expires_at, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'open')`,
    [
      of.digest,
      of.key.id,
      of.signed.nonce,
      JSON.stringify(toWire(of.signed)),
      of.plan.model,
      of.plan.price.chargeMax,
      of.signed.expires_at,
    ],
  );
}

async function insertSealed(
  tx: Queryable,
  of: { digest: string; key: ApiKey; plan: Plan; secret: GatewaySecret; expiresAt: bigint },
): Promise<void> {
  const { input, params } = of.plan;
  const sealed = seal(
    sealingPublicKey(of.secret.sealingSeed()),
    utf8(canonicalJson({ input, params })),
    waitingContext(of.digest),
  );
  await tx.query(
    `INSERT INTO ops.sealed_input (action_digest, ticket, key_id, input_hash, sealed, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [
      of.digest,
      GATEWAY_TICKET,
      of.key.id,
      toHex(inputHashOf(input)),
      Buffer.from(sealed),
      of.expiresAt,
    ],
  );
}
