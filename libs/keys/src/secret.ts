import { createHmac, hkdfSync } from 'node:crypto';
import { PermanentError } from '#libs/service';

const SALT = 'atoma/gateway/v1';

/** Everything the gateway keeps secret, derived by HKDF-SHA256 from one 32-byte secret. */
export class GatewaySecret {
  readonly #ikm: Buffer;

  /** `hex`: the content of GATEWAY_SECRET_FILE, 64 hex digits. */
  constructor(hex: string) {
    if (!/^[0-9a-f]{64}$/i.test(hex)) {
      throw new PermanentError('malformed_secret', 'the gateway secret must be 32 bytes in hex');
    }
    this.#ikm = Buffer.from(hex, 'hex');
  }

  /** What is stored of an API key: without the pepper, a stolen table tests no guess. */
  hashOf(apiKey: string): string {
    return createHmac('sha256', this.#derive('pepper')).update(apiKey).digest('hex');
  }

  /** What is stored of a call's body to know it again: without the secret, a stolen table tests no guessed prompt. */
  bodyHashOf(body: string): string {
    return createHmac('sha256', this.#derive('bodies')).update(body).digest('hex');
  }

  /** The secp256k1 key of the wallet that pays for an API key; stored nowhere. */
  walletSeed(keyId: string): Uint8Array {
    return this.#derive(`wallet/${keyId}`);
  }

  /** The X25519 seed that outputs and waiting inputs are sealed to. */
  sealingSeed(): Uint8Array {
    return this.#derive('sealing');
  }

  #derive(info: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#ikm, SALT, info, 32));
  }
}
