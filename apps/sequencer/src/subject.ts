import type { SlotAddress, WorkAction } from '#libs/chain';

/** An action of a work key with its kind out in the open. */
export interface Duty {
  kind: 'accept_input' | 'commit' | 'reveal' | 'refuse';
  at: SlotAddress;
}

export function dutyOf(action: WorkAction): Duty {
  if ('accept_input' in action) return { kind: 'accept_input', at: action.accept_input };
  if ('commit' in action) return { kind: 'commit', at: action.commit };
  if ('reveal' in action) return { kind: 'reveal', at: action.reveal };
  return { kind: 'refuse', at: action.refuse };
}

/** What at most one action of the lane may do: two different actions with one subject contradict each other. */
export const dutySubject = ({ kind, at }: Duty): string =>
  `${kind}/${at.request}/${at.slot}/${at.attempt}`;

/** A wallet's nonce is spent once. */
export const walletSubject = (address: string, nonce: bigint): string =>
  `wallet/${address}/${nonce}`;
