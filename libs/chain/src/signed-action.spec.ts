import { ed25519PublicKey } from '#libs/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeWalletAction, decodeWorkAction, type WorkAction } from './actions.js';
import { bech32Address } from './address.js';
import { signWalletAction, signWorkAction, signedActionSchema } from './signed-action.js';
import { isSignedByWallet, isSignedByWorkKey } from './verify-action.js';
import { toWire } from './wire.js';
import { walletFromMnemonic, walletFromSeed, type Wallet } from './wallet.js';

const ABANDON = `${'abandon '.repeat(11)}about`;
const network = {
  chain_id: 'atoma-spec-1',
  contract: bech32Address('wasm', new Uint8Array(32).fill(7)),
  prefix: 'wasm',
};
const workKeySeed = new Uint8Array(32).fill(3);
const accept: WorkAction = { accept_input: { request: 9n, slot: 1, attempt: 0 } };
const signedWork = () =>
  signWorkAction({ network, ticket: 4n, workKeySeed, action: accept, expiresAt: 1_000n });

let wallet: Wallet;
const signedWithdrawal = () =>
  signWalletAction({
    network,
    wallet,
    action: { withdraw: { amount: 1n << 70n } },
    nonce: 2n,
    expiresAt: 1_000n,
  });
const named = () => ({ address: wallet.address, public_key: wallet.publicKey });

beforeAll(async () => {
  wallet = await walletFromSeed(new Uint8Array(32).fill(5), 'wasm');
});

describe('wallets', () => {
  it('derive the address every Cosmos wallet derives from a mnemonic', async () => {
    const { address } = await walletFromMnemonic(ABANDON, 'cosmos');
    expect(address).toBe('cosmos19rl4cm2hmr8afy4kldpxz3fka4jguq0auqdal4');
  });

  it('refuse a mnemonic with a wrong checksum', async () => {
    await expect(walletFromMnemonic('abandon '.repeat(12).trim(), 'cosmos')).rejects.toMatchObject({
      code: 'malformed_mnemonic',
    });
  });
});

describe('a signed action of a work key', () => {
  it('verifies under its key, and survives its JSON form', () => {
    const read = signedActionSchema.parse(JSON.parse(JSON.stringify(toWire(signedWork()))));
    expect(isSignedByWorkKey(network, read, ed25519PublicKey(workKeySeed))).toBe(true);
    expect(decodeWorkAction(read.action)).toEqual(accept);
  });

  it('binds the ticket, the network and the expiry', () => {
    const key = ed25519PublicKey(workKeySeed);
    const signed = signedWork();
    expect(isSignedByWorkKey(network, { ...signed, expires_at: 1_001n }, key)).toBe(false);
    expect(isSignedByWorkKey({ ...network, chain_id: 'other' }, signed, key)).toBe(false);
    const other = { ...signed, signer: { work_key: { ticket: 5n } } };
    expect(isSignedByWorkKey(network, other, key)).toBe(false);
  });
});

describe('a signed action of a wallet', () => {
  it('verifies under the key its address is made from', () => {
    const signed = signedWithdrawal();
    expect(isSignedByWallet(network, signed, named())).toBe(true);
    expect(decodeWalletAction(signed.action)).toEqual({ withdraw: { amount: 1n << 70n } });
  });

  it('is refused under another address, another nonce and a broken signature', async () => {
    const signed = signedWithdrawal();
    const other = await walletFromSeed(new Uint8Array(32).fill(6), 'wasm');
    expect(isSignedByWallet(network, signed, { ...named(), address: other.address })).toBe(false);
    expect(isSignedByWallet(network, { ...signed, nonce: 3n }, named())).toBe(false);
    const broken = signed.signature.map((byte, index) => (index === 9 ? byte ^ 1 : byte));
    expect(isSignedByWallet(network, { ...signed, signature: broken }, named())).toBe(false);
  });

  it('is refused under the same address in upper case or with the prefix of another chain', async () => {
    const same = await walletFromSeed(new Uint8Array(32).fill(5), 'cosmos');
    const foreign = signWalletAction({
      network,
      wallet: { ...wallet, address: same.address },
      action: { withdraw: { amount: 1n } },
      nonce: 2n,
      expiresAt: 1_000n,
    });
    const { address } = same;
    expect(isSignedByWallet(network, foreign, { ...named(), address })).toBe(false);
    const upper = { ...named(), address: wallet.address.toUpperCase() };
    expect(isSignedByWallet(network, signedWithdrawal(), upper)).toBe(false);
  });

  it('does not pass for a point that is none', () => {
    const key = new Uint8Array(33).fill(0xff);
    const signed = signedWithdrawal();
    expect(isSignedByWallet(network, signed, { ...named(), public_key: key })).toBe(false);
  });
});

describe('reading an action', () => {
  it('takes no field that this version does not know', () => {
    const bytes = (text: string) => new Uint8Array(Buffer.from(text));
    expect(
      decodeWorkAction(bytes('{"accept_input":{"request":"1","slot":1,"attempt":0}}')),
    ).toBeDefined();
    expect(
      decodeWorkAction(bytes('{"accept_input":{"request":"1","slot":1,"attempt":0,"x":1}}')),
    ).toBeUndefined();
    expect(decodeWorkAction(bytes('{"withdraw":{"amount":"1"}}'))).toBeUndefined();
    expect(decodeWorkAction(bytes('{"accept_input":'))).toBeUndefined();
  });

  it('takes no text in a request that others could not store', () => {
    const read = (changes: Record<string, unknown>) =>
      decodeWalletAction(
        new Uint8Array(
          Buffer.from(
            JSON.stringify({
              request: {
                model: 'toy-1',
                echelon: 'ec'.repeat(32),
                input_hash: Buffer.alloc(32).toString('base64'),
                params_hash: Buffer.alloc(32).toString('base64'),
                input_tokens: 1,
                max_output_tokens: 1,
                max_fee: '1',
                consensus: { sampling: { n: null } },
                value_at_risk: '0',
                output_to: 'gateway',
                ...changes,
              },
            }),
          ),
        ),
      );
    expect(read({})).toBeDefined();
    const odd = ['a\u0000b', 'x'.repeat(129)];
    for (const text of odd) {
      expect(read({ output_to: text })).toBeUndefined();
      expect(read({ refund_to: text })).toBeUndefined();
      expect(read({ model: text })).toBeUndefined();
    }
  });
});
