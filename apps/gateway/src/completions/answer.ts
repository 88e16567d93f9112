import type { Queryable } from '#libs/database';
import {
  decodeOutput,
  finishReasonOf,
  fromHex,
  outputDigest,
  rootOfDigest,
  toHex,
  type Output,
} from '#libs/protocol';
import { PermanentError } from '#libs/service';
import { open, outputContext } from '#libs/storage';
import type { Answer } from '../openai/completion.js';
import type { RequestRow } from '../read.js';

/**
 * The delivered output whose digest hashes to the root the contract agreed on, or null while none was delivered.
 * An output that does not is never shown.
 */
export async function agreedOutput(
  db: Queryable,
  sealingSeed: Uint8Array,
  row: RequestRow,
): Promise<Output | null> {
  if (row.root === null) return null;
  const { rows } = await db.query<{ d: string; sealed: Buffer }>(
    'SELECT d, sealed FROM ops.output WHERE request = $1 ORDER BY ticket LIMIT 64',
    [row.request],
  );
  const agreed = rows.find(({ d }) => toHex(rootOfDigest(fromHex(d), row.n)) === row.root);
  if (agreed === undefined) return null;
  const bytes = open(sealingSeed, agreed.sealed, outputContext(row.request));
  if (toHex(outputDigest(bytes)) !== agreed.d) {
    throw new PermanentError(
      'output_corrupt',
      `the stored output of request ${row.request} does not hash to its digest`,
    );
  }
  const output = decodeOutput(bytes);
  if (
    BigInt(output.tokens.length) !== row.output_tokens ||
    output.finish !== finishReasonOf(row.finish_reason ?? 0)
  ) {
    throw new PermanentError(
      'output_corrupt',
      `the agreed output of request ${row.request} is not what is being settled`,
    );
  }
  return output;
}

/** The answer as the API shows it; the time is that of the block that took the request. */
export async function answerOf(db: Queryable, row: RequestRow, output: Output): Promise<Answer> {
  const { rows } = await db.query<{ weights_root: string; time_seconds: bigint | null }>(
    `SELECT m.weights_root,
            (SELECT min(time_seconds) FROM read.request_timeline WHERE request = $1) AS time_seconds
     FROM read.models m WHERE m.model = $2`,
    [row.request, row.model],
  );
  return {
    request: row.request,
    createdSeconds: rows[0]?.time_seconds ?? 0n,
    model: row.model,
    systemFingerprint: fingerprintOf(rows[0]?.weights_root ?? '', row.echelon),
    text: output.text,
    finish: output.finish,
    inputTokens: Number(row.input_tokens),
    outputTokens: output.tokens.length,
  };
}

/** Weights and hardware class: outputs of one fingerprint are comparable. */
const fingerprintOf = (weightsRoot: string, echelon: string): string =>
  `fp_${weightsRoot.slice(0, 10)}_${echelon.slice(0, 10)}`;
