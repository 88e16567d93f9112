import { z } from 'zod';
import { bytesEqual, ed25519Sign, ed25519Verify, fromHex, utf8 } from '#libs/protocol';
import { ConfigError, InvariantViolation, readSecret } from '#libs/service';
import { open, seal, sealingPublicKey, workPublicKey } from '#libs/storage';

const seed = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform(fromHex);

const keysSchema = z.object({
  ticket: z
    .string()
    .regex(/^[1-9]\d{0,19}$/)
    .transform(BigInt),
  work_key_seed: seed,
  sealing_key_seed: seed,
});

/** The keys one node acts with: one signs for it, the other opens its inputs. Neither moves money. */
export interface NodeKeys {
  ticket: bigint;
  workKeySeed: Uint8Array;
  sealingKeySeed: Uint8Array;
}

/** Reads and tries the keys; problems are named by field, never by value. */
export function readNodeKeys(file: string): NodeKeys {
  const parsed = keysSchema.safeParse(parseJson(readSecret(file), file));
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${file}: ${issue.path.join('.')} is wrong`),
    );
  }
  const { ticket, work_key_seed: workKeySeed, sealing_key_seed: sealingKeySeed } = parsed.data;
  const keys = { ticket, workKeySeed, sealingKeySeed };
  tryKeys(keys);
  return keys;
}

/** A key that cannot verify or open its own work is found here, not when a deadline runs. */
function tryKeys({ workKeySeed, sealingKeySeed }: NodeKeys): void {
  const message = utf8('self-check');
  const signature = ed25519Sign(workKeySeed, message);
  const opened = open(
    sealingKeySeed,
    seal(sealingPublicKey(sealingKeySeed), message, 'self-check'),
    'self-check',
  );
  const works =
    ed25519Verify(workPublicKey(workKeySeed), message, signature) && bytesEqual(opened, message);
  if (!works) throw new InvariantViolation('the keys of this node fail their self-check');
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's message quotes what it read, and this file holds secrets.
    if (error instanceof SyntaxError) throw new ConfigError([`${file}: is not JSON`]);
    throw error;
  }
}
