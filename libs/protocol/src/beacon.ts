import { be64 } from './encoding.js';
import { ProtocolError } from './errors.js';
import { sha256 } from './hash.js';

/** Domain separation tag of drand's scheme bls-unchained-g1-rfc9380. */
export const BEACON_DST = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_';

/** When rounds become public; unix seconds and seconds. */
export interface BeaconSchedule {
  genesis: bigint;
  period: bigint;
}

/** The message that a round's signature signs. */
export const beaconMessage = (round: bigint): Uint8Array => sha256(be64(round));

export const beaconRandomness = (signature: Uint8Array): Uint8Array => sha256(signature);

/** When `round` (counted from 1) becomes public, in unix seconds. */
export function roundTime(round: bigint, schedule: BeaconSchedule): bigint {
  if (round < 1n) throw new ProtocolError('out_of_range', `rounds count from 1, got ${round}`);
  return schedule.genesis + (round - 1n) * schedule.period;
}

/** The first round that becomes public strictly later than `time` (unix seconds). */
export function firstRoundAfter(time: bigint, schedule: BeaconSchedule): bigint {
  if (schedule.period <= 0n) {
    throw new ProtocolError('out_of_range', `a period of at least 1 s, got ${schedule.period}`);
  }
  return time < schedule.genesis ? 1n : (time - schedule.genesis) / schedule.period + 2n;
}
