import { fromBech32, toBech32 } from '@cosmjs/encoding';
import { PermanentError } from '#libs/service';

/** BIP-173's limit; CosmJS's default of none is refused by the base library that npm resolves for it. */
const BECH32_LENGTH_MAX = 90;

/** The canonical bytes of a bech32 address; `PermanentError('malformed_address')` if it is none. */
export function canonicalAddress(address: string): Uint8Array {
  try {
    return fromBech32(address, BECH32_LENGTH_MAX).data;
  } catch (cause) {
    throw new PermanentError('malformed_address', `${address} is not a bech32 address`, { cause });
  }
}

/** The bech32 form of canonical address bytes. */
export const bech32Address = (prefix: string, bytes: Uint8Array): string => toBech32(prefix, bytes);
