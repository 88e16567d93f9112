import { describe, expect, it } from 'vitest';
import { vectorCases, vectorFile } from '../../../test/support/vectors.js';
import {
  actionDigest,
  adr036SignBytes,
  commitmentOf,
  commitmentSalt,
  decodeOutput,
  deliveryDigest,
  encodeOutput,
  eventHeadGenesis,
  finishReasonOf,
  fromHex,
  fromUtf8,
  httpDigest,
  leafOf,
  nextEventHead,
  nextTip,
  outputDigest,
  receiptDigest,
  rootOfDigest,
  sha256,
  toHex,
} from './index.js';

type Fields<Text extends string, Count extends string = never> = Record<Text, string> &
  Record<Count, number>;

describe('the vectors of preimages', () => {
  it('encode, decode and hash outputs', () => {
    type Case = Fields<'text' | 'encoded' | 'digest', 'finish'> & { tokens: number[] };
    for (const c of vectorCases<Case>(vectorFile('outputs'), 'outputs')) {
      const output = { finish: finishReasonOf(c.finish), tokens: c.tokens, text: c.text };
      const encoded = encodeOutput(output);
      expect(toHex(encoded)).toBe(c.encoded);
      expect(toHex(outputDigest(encoded))).toBe(c.digest);
      expect(decodeOutput(encoded)).toEqual(output);
    }
  });

  it('make leaves and roots', () => {
    type Case = Fields<'digest' | 'first' | 'last' | 'root', 'n'>;
    for (const c of vectorCases<Case>(vectorFile('commitments'), 'roots')) {
      const digest = fromHex(c.digest);
      expect(toHex(leafOf(digest, 1))).toBe(c.first);
      expect(toHex(leafOf(digest, c.n))).toBe(c.last);
      expect(toHex(rootOfDigest(digest, c.n))).toBe(c.root);
    }
  });

  it('make commitments', () => {
    type Text = 'chain_id' | 'contract' | 'request' | 'ticket' | 'salt' | 'root' | 'leaf' | 'd';
    type Case = Fields<
      Text | 'evidence_root' | 'commitment',
      'attempt' | 'output_tokens' | 'finish'
    >;
    for (const c of vectorCases<Case>(vectorFile('commitments'), 'commitments')) {
      const commitment = commitmentOf({
        chainId: c.chain_id,
        contract: fromHex(c.contract),
        request: BigInt(c.request),
        ticket: BigInt(c.ticket),
        attempt: c.attempt,
        salt: fromHex(c.salt),
        root: fromHex(c.root),
        leaf: fromHex(c.leaf),
        digest: fromHex(c.d),
        evidenceRoot: fromHex(c.evidence_root),
        outputTokens: c.output_tokens,
        finish: finishReasonOf(c.finish),
      });
      expect(toHex(commitment)).toBe(c.commitment);
    }
  });

  it('hash actions of work keys and wallets', () => {
    type Case = Fields<'chain_id' | 'contract' | 'action' | 'nonce' | 'expires_at' | 'digest'> & {
      ticket: string | null;
      address: string | null;
    };
    for (const c of vectorCases<Case>(vectorFile('actions'), 'actions')) {
      const digest = actionDigest({
        chainId: c.chain_id,
        contract: fromHex(c.contract),
        signer:
          c.address === null ? { ticket: BigInt(c.ticket ?? '') } : { address: fromHex(c.address) },
        action: fromHex(c.action),
        nonce: BigInt(c.nonce),
        expiresAt: BigInt(c.expires_at),
      });
      expect(toHex(digest)).toBe(c.digest);
    }
  });

  it('write the document of ADR-036', () => {
    type Case = Fields<'signer' | 'data' | 'sign_bytes' | 'sha256'>;
    for (const c of vectorCases<Case>(vectorFile('actions'), 'adr036')) {
      const document = adr036SignBytes(c.signer, fromHex(c.data));
      expect(fromUtf8(document)).toBe(c.sign_bytes);
      expect(toHex(sha256(document))).toBe(c.sha256);
    }
  });

  it('chain event heads', () => {
    const file = vectorFile('event-heads') as Fields<'chain_id' | 'contract' | 'genesis'>;
    let head = eventHeadGenesis(file.chain_id, fromHex(file.contract));
    expect(toHex(head)).toBe(file.genesis);
    for (const c of vectorCases<Fields<'seq' | 'type' | 'body' | 'head'>>(file, 'events')) {
      head = nextEventHead(head, { seq: BigInt(c.seq), type: c.type, body: c.body });
      expect(toHex(head)).toBe(c.head);
    }
  });

  it('derive salts from the work key', () => {
    type Case = Fields<'seed' | 'request' | 'ticket' | 'salt', 'attempt'>;
    for (const c of vectorCases<Case>(vectorFile('messages'), 'salts')) {
      const salt = commitmentSalt({
        workKeySeed: fromHex(c.seed),
        request: BigInt(c.request),
        ticket: BigInt(c.ticket),
        attempt: c.attempt,
      });
      expect(toHex(salt)).toBe(c.salt);
    }
  });

  it('hash deliveries', () => {
    type Case = Fields<'chain_id' | 'contract' | 'request' | 'ticket' | 'd' | 'digest'>;
    const c = vectorFile('messages')['delivery'] as Case;
    const digest = deliveryDigest({
      chainId: c.chain_id,
      contract: fromHex(c.contract),
      request: BigInt(c.request),
      ticket: BigInt(c.ticket),
      digest: fromHex(c.d),
    });
    expect(toHex(digest)).toBe(c.digest);
  });

  it('hash HTTP calls', () => {
    type Case = Fields<'method' | 'path' | 'time_ms' | 'body' | 'digest'>;
    for (const c of vectorCases<Case>(vectorFile('messages'), 'http')) {
      const { method, path } = c;
      const call = { method, path, timeMs: BigInt(c.time_ms), body: fromHex(c.body) };
      expect(toHex(httpDigest(call))).toBe(c.digest);
    }
  });

  it('hash receipts and move the tip', () => {
    type Text = 'chain_id' | 'lane' | 'digest' | 'index' | 'tip' | 'deadline';
    type Case = Fields<Text | 'receipt' | 'next_tip'>;
    for (const c of vectorCases<Case>(vectorFile('messages'), 'receipts')) {
      const [digest, tip, index] = [fromHex(c.digest), fromHex(c.tip), BigInt(c.index)];
      const deadline = BigInt(c.deadline);
      const receipt = receiptDigest({
        chainId: c.chain_id,
        lane: c.lane,
        digest,
        index,
        tip,
        deadline,
      });
      expect(toHex(receipt)).toBe(c.receipt);
      expect(toHex(nextTip(tip, index, digest))).toBe(c.next_tip);
    }
  });
});
