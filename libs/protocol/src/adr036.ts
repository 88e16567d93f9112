import { canonicalJson } from './canonical-json.js';
import { toBase64, utf8 } from './encoding.js';
import { ProtocolError } from './errors.js';

/**
 * The amino document of ADR-036 around `data`; the wallet signs its sha256 with secp256k1.
 * `address` is the bech32 form of the signer.
 */
export function adr036SignBytes(address: string, data: Uint8Array): Uint8Array {
  if (!/^[a-z0-9]+$/.test(address)) {
    throw new ProtocolError(
      'malformed',
      'an address of lower-case letters and digits was expected',
    );
  }
  const document = {
    account_number: '0',
    chain_id: '',
    fee: { amount: [], gas: '0' },
    memo: '',
    msgs: [{ type: 'sign/MsgSignData', value: { data: toBase64(data), signer: address } }],
    sequence: '0',
  };
  return utf8(canonicalJson(document));
}
