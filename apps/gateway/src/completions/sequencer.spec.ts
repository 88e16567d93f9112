import { describe, expect, it } from 'vitest';
import { submitAction } from './sequencer.js';

describe('submitAction', () => {
  it('sends nothing of an action that has ended meanwhile', async () => {
    const nobody = 'http://127.0.0.1:1';
    let open = 2;
    const admit = () => Promise.resolve(open-- > 0);
    expect(await submitAction(nobody, {}, admit)).toEqual({ kind: 'closed' });
    expect(open).toBe(-1);
  });
});
