import type { Queryable } from '#libs/database';
import type { GatewaySecret } from '#libs/keys';
import { canonicalJson, fromBase64, toBase64, utf8 } from '#libs/protocol';
import { toJson } from '#libs/service';
import { open, seal, sealingPublicKey } from '#libs/storage';
import { ApiError } from '../http/api-error.js';

/** A response as it is replayed: status, the headers of ours, and the JSON body. */
export interface StoredResponse {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** What an idempotency key stands for. */
export interface Claimed {
  digest: string;
  response: StoredResponse | null;
}

const KEY_MAX = 255;
/** How long a key is remembered. */
export const IDEMPOTENCY_HOURS = 24;

/** The caller's key from its header; null if there is none. */
export function parseIdempotencyKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header === 'string' && header.length > 0 && header.length <= KEY_MAX) return header;
  throw new ApiError(
    400,
    'invalid_value',
    `Idempotency-Key must have 1 to ${KEY_MAX} characters.`,
    {
      param: 'Idempotency-Key',
    },
  );
}

/** The same for bodies that are equal as JSON and ask under the same cap. */
export const bodyHashOf = (
  secret: GatewaySecret,
  { body, feeCap }: { body: unknown; feeCap: bigint | null },
): string => secret.bodyHashOf(canonicalJson({ body: JSON.stringify(sorted(body)), cap: feeCap }));

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, sorted(item)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** Where responses are kept: sealed to the gateway itself, because they carry outputs. */
export interface ResponseStore {
  db: Queryable;
  sealingSeed: Uint8Array;
}

const responseContext = (digest: string): string => `response/${digest}`;

/** What the key was used for within 24 h, or null; throws 422 if that was another body. */
export async function findClaim(
  { db, sealingSeed }: ResponseStore,
  keyId: string,
  { key, bodyHash }: { key: string; bodyHash: string },
): Promise<Claimed | null> {
  await db.query(
    `DELETE FROM ops.idempotency WHERE key_id = $1 AND key = $2
     AND created_at < now() - make_interval(hours => $3) AND response IS NOT NULL`,
    [keyId, key, IDEMPOTENCY_HOURS],
  );
  const { rows } = await db.query<{
    body_hash: string;
    action_digest: string;
    status: number | null;
    response: { headers: Record<string, string>; sealed_body: string } | null;
  }>(
    'SELECT body_hash, action_digest, status, response FROM ops.idempotency WHERE key_id = $1 AND key = $2',
    [keyId, key],
  );
  const [row] = rows;
  if (row === undefined) return null;
  if (row.body_hash !== bodyHash) {
    throw new ApiError(
      422,
      'idempotency_key_reused',
      'This Idempotency-Key was used with another body within 24 hours. Use a new key for a new request.',
      { param: 'Idempotency-Key' },
    );
  }
  const { status, response, action_digest: digest } = row;
  if (response === null || status === null) return { digest, response: null };
  const text = open(sealingSeed, fromBase64(response.sealed_body), responseContext(digest));
  const body: unknown = JSON.parse(Buffer.from(text).toString('utf8'));
  return { digest, response: { status, headers: response.headers, body } };
}

/** Stores the final response of an action under every key that stands for it. */
export async function storeResponse(
  { db, sealingSeed }: ResponseStore,
  digest: string,
  { status, headers, body }: StoredResponse,
): Promise<void> {
  const sealed = seal(sealingPublicKey(sealingSeed), utf8(toJson(body)), responseContext(digest));
  await db.query(
    'UPDATE ops.idempotency SET status = $2, response = $3 WHERE action_digest = $1 AND response IS NULL',
    [digest, status, toJson({ headers, sealed_body: toBase64(sealed) })],
  );
}
