import { describe, expect, it } from 'vitest';
import { renderLife } from './life-view.js';
import type { Fact, Life } from './life.js';

const fact = (type: string, body: Record<string, unknown>, seq = 1n): Fact => ({
  seq,
  type,
  height: 40n + seq,
  txHash: 'AB'.repeat(32),
  timeSeconds: 1_000n,
  body,
});

const life: Life = {
  request: 7n,
  state: 'assigned',
  facts: [
    fact('request.submitted.v1', { request: '7', input_tokens: 12, charge_max: '900', n: 3 }),
    fact('slice.locked.v1', { ticket: '3' }, 2n),
    fact('request.assigned.v1', { round: '9', slots: [{ ticket: '3' }, { ticket: '5' }] }, 3n),
  ],
};

describe('the view of a request', () => {
  it('fills the stages whose event was seen and leaves the others open', () => {
    const bar = renderLife(life, 1_500)[1] ?? '';
    expect(bar).toContain('● on chain   ● panel drawn   ○ inputs accepted');
  });

  it('shows who was drawn, at which height, in which transaction', () => {
    const lines = renderLife(life, 1_500).join('\n');
    expect(lines).toMatch(/43 {2}request\.assigned .*round 9 draws node 3, node 5 .*tx ABABABAB…/);
  });

  it('leaves the money movements to the balance sheet', () => {
    expect(renderLife(life, 0).join('\n')).not.toContain('slice.locked');
  });
});
