import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { walletFromSeed } from '#libs/chain';
import { PermanentError } from '#libs/service';
import type { GatewaySecret } from './secret.js';

/** Anything that runs one SQL statement: a pool or a client of #libs/database. */
export interface KeyStore {
  query: (text: string, values: unknown[]) => Promise<{ rows: unknown[] }>;
}

export interface KeyLimit {
  /** The key stops spending here: settled fees and open escrows together. Absent: its wallet's balance. */
  spendUtoma?: bigint;
  /** Absent: 600. */
  requestsPerMinute?: number;
}

export const REQUESTS_PER_MINUTE = 600;

const limitsSchema = z.object({
  spend_utoma: z.string().regex(/^\d+$/).transform(BigInt).optional(),
  requests_per_minute: z.int().positive().default(REQUESTS_PER_MINUTE),
});

/** An API key in use; the key itself is known only to its holder. */
export interface ApiKey {
  id: string;
  /** Bech32 address of the wallet that pays. */
  wallet: string;
  spendUtoma: bigint | null;
  requestsPerMinute: number;
}

export interface CreatedKey {
  id: string;
  /** `sk-atoma-…`, shown this once. */
  key: string;
  /** The address whose ledger balance in the contract pays for the key: deposit there. */
  wallet: string;
}

export interface NewKey {
  name: string;
  limit?: KeyLimit;
  /** Address prefix of the network. */
  prefix: string;
}

/** Makes a key and the address to fund; stores the key's HMAC and the address, never the key or a private key. */
export async function createApiKey(
  store: KeyStore,
  secret: GatewaySecret,
  { name, limit = {}, prefix }: NewKey,
): Promise<CreatedKey> {
  if (name === '') throw new PermanentError('malformed_name', 'an API key needs a name');
  const id = `key_${randomBytes(8).toString('hex')}`;
  const key = `sk-atoma-${randomBytes(24).toString('base64url')}`;
  const { address } = await walletFromSeed(secret.walletSeed(id), prefix);
  const limits = {
    ...(limit.spendUtoma === undefined ? {} : { spend_utoma: limit.spendUtoma.toString() }),
    ...(limit.requestsPerMinute === undefined
      ? {}
      : { requests_per_minute: limit.requestsPerMinute }),
  };
  await store.query(
    'INSERT INTO ops.api_key (id, hash, wallet, label, limits) VALUES ($1, $2, $3, $4, $5)',
    [id, secret.hashOf(key), address, name, limits],
  );
  return { id, key, wallet: address };
}

const rowSchema = z.object({ id: z.string(), wallet: z.string(), limits: limitsSchema });

/** The key that hashes to a stored one and is not revoked, else null. */
export async function findApiKey(
  store: KeyStore,
  secret: GatewaySecret,
  key: string,
): Promise<ApiKey | null> {
  const { rows } = await store.query(
    'SELECT id, wallet, limits FROM ops.api_key WHERE hash = $1 AND revoked_at IS NULL',
    [secret.hashOf(key)],
  );
  if (rows[0] === undefined) return null;
  const { id, wallet, limits } = rowSchema.parse(rows[0]);
  return {
    id,
    wallet,
    spendUtoma: limits.spend_utoma ?? null,
    requestsPerMinute: limits.requests_per_minute,
  };
}
