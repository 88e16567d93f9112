import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { GatewaySecret } from '#libs/keys';
import { canonicalJson } from '#libs/protocol';
import { bodyHashOf } from './idempotency.js';

const secret = new GatewaySecret('11'.repeat(32));
const asked = { body: { a: 1, b: 2 }, feeCap: null };

describe('the hash of a body', () => {
  it('cannot be computed from the body alone', () => {
    const text = canonicalJson({ body: JSON.stringify(asked.body), cap: null });
    const plain = createHash('sha256').update(text).digest('hex');
    const other = bodyHashOf(new GatewaySecret('22'.repeat(32)), asked);
    expect(new Set([bodyHashOf(secret, asked), plain, other]).size).toBe(3);
  });

  it('is the same for members in another order, and another under another cap', () => {
    const swapped = { body: { b: 2, a: 1 }, feeCap: null };
    expect(bodyHashOf(secret, swapped)).toBe(bodyHashOf(secret, asked));
    expect(bodyHashOf(secret, { ...asked, feeCap: 1n })).not.toBe(bodyHashOf(secret, asked));
  });
});
