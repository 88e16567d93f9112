import { z } from 'zod';
import { ed25519Verify, fromBase64, fromHex, receiptDigest } from '#libs/protocol';

const decimal = z
  .string()
  .regex(/^\d{1,20}$/)
  .transform(BigInt);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** A receipt as the sequencer answers it (docs/interfaces.md section 9). */
export const receiptSchema = z.object({
  index: decimal,
  digest: hash,
  tip: hash,
  deadline: decimal,
  lane: z.string(),
  receipt: z.string(),
});

/**
 * Whether the sequencer's receipt key (raw 32 bytes) signed this promise about this action.
 * `receipt` is the JSON of its answer; a malformed one is not signed.
 */
export function verifyReceipt(
  receipt: unknown,
  by: { chainId: string; receiptKey: Uint8Array; actionDigest: string },
): boolean {
  const parsed = receiptSchema.safeParse(receipt);
  if (!parsed.success || parsed.data.digest !== by.actionDigest) return false;
  const { index, digest, tip, deadline, lane } = parsed.data;
  const signed = receiptDigest({
    chainId: by.chainId,
    lane,
    digest: fromHex(digest),
    index,
    tip: fromHex(tip),
    deadline,
  });
  const signature = z.base64().safeParse(parsed.data.receipt);
  return signature.success && ed25519Verify(by.receiptKey, signed, fromBase64(signature.data));
}
