import type { Crank } from '#libs/chain';
import type { Queryable } from '#libs/database';
import { roundTime, type BeaconSchedule } from '#libs/protocol';
import { errorFields, TransientError, type Logger } from '#libs/service';
import type { BeaconSource } from './beacon-source.js';
import type { CrankMemory } from './crank-memory.js';
import {
  crankClock,
  openSearches,
  overdueRequests,
  unclearedMarkets,
  waitingModels,
  type CrankClock,
  type Search,
} from './cranks-due.js';

/** Requests in one `draw` or `poke`, well below the contract's limit, so that gas stays below a block's. */
const CRANK_ITEMS_MAX = 32;
/** Rounds submitted in one transaction. */
const ROUNDS_MAX = 8;
/** Bids that one `clear` reads at most (the contract's limit). */
const CLEAR_MAX = 500;
/** A market that was read to its end is cleared once an epoch. */
const CLEAR_AGAIN_MS = 600_000;

/** One message that is due, with the keys under which it is remembered. */
export interface DueCrank {
  crank: Crank;
  keys: { key: string; againMs?: number }[];
}

/** Finds what anybody may move on now: rounds, draws, deadlines, models, clearings. */
export class Cranks {
  constructor(
    private readonly of: {
      db: Queryable;
      beacon: BeaconSource;
      schedule: BeaconSchedule;
      memory: CrankMemory;
      log: Logger;
    },
  ) {}

  /** What is due at `nowMs` (wall clock, only for the beacon's schedule and for patience). */
  async due(nowMs: number): Promise<DueCrank[]> {
    const { db, memory } = this.of;
    memory.prune(nowMs);
    const clock = await crankClock(db);
    if (clock === undefined) return [];
    const searches = await openSearches(db);
    const cranks = [
      ...(await this.#draws(searches, nowMs)),
      ...(await this.#pokes(clock, nowMs)),
      ...(await this.#clears(clock, nowMs)),
    ];
    return cranks.length > 0 ? cranks : this.#tick(searches, clock, nowMs);
  }

  /** Any message of a later block fixes the rounds of an earlier one, so a tick travels alone. */
  #tick(searches: readonly Search[], clock: CrankClock, nowMs: number): DueCrank[] {
    const unfixed = searches.filter(
      (search) => search.round === null && search.fixedHeight < clock.height,
    );
    const key = `tick/${unfixed.at(-1)?.fixedHeight ?? 0n}`;
    if (unfixed.length === 0 || !this.of.memory.mayTry(key, nowMs)) return [];
    return [{ crank: { tick: {} }, keys: [{ key }] }];
  }

  async #draws(searches: readonly Search[], nowMs: number): Promise<DueCrank[]> {
    const { memory } = this.of;
    const keyOf = ({ request, fixedHeight }: Search): string => `draw/${request}/${fixedHeight}`;
    const open = searches.filter(
      (search) => search.round !== null && memory.mayTry(keyOf(search), nowMs),
    );
    const unknown = open.flatMap(({ known, round }) => (known || round === null ? [] : [round]));
    const beacons = await this.#beacons([...new Set(unknown)].slice(0, ROUNDS_MAX), nowMs);
    const submitted = new Set(beacons.map(({ round }) => round));
    const ready = open.filter(
      ({ known, round }) => known || (round !== null && submitted.has(round)),
    );
    const drawn = ready.slice(0, CRANK_ITEMS_MAX);
    if (drawn.length === 0) return beacons;
    const requests = [...new Set(drawn.map(({ request }) => request))];
    const draw = {
      crank: { draw: { requests } },
      keys: drawn.map((search) => ({ key: keyOf(search) })),
    };
    return [...beacons, draw];
  }

  async #beacons(
    rounds: readonly bigint[],
    nowMs: number,
  ): Promise<(DueCrank & { round: bigint })[]> {
    const { schedule, memory } = this.of;
    const due: (DueCrank & { round: bigint })[] = [];
    for (const round of rounds) {
      const key = `beacon/${round}`;
      const isPublic = roundTime(round, schedule) * 1000n <= BigInt(nowMs);
      if (!isPublic || !memory.mayTry(key, nowMs)) continue;
      const signature = await this.#signatureOf(round);
      if (signature === undefined) continue;
      due.push({ round, crank: { submit_beacon: { round, signature } }, keys: [{ key }] });
    }
    return due;
  }

  /** A beacon that does not answer holds up draws and nothing else. */
  async #signatureOf(round: bigint): Promise<Uint8Array | undefined> {
    try {
      return await this.of.beacon.signatureOf(round);
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      this.of.log.warn({ round, ...errorFields(error) }, 'beacon round unavailable');
      return undefined;
    }
  }

  async #pokes(clock: CrankClock, nowMs: number): Promise<DueCrank[]> {
    const { db, memory } = this.of;
    const mayTry = (kind: string) => (id: bigint | string) => memory.mayTry(`${kind}/${id}`, nowMs);
    const requests = (await overdueRequests(db, clock))
      .filter(mayTry('request'))
      .slice(0, CRANK_ITEMS_MAX);
    const models = (await waitingModels(db, clock))
      .filter(mayTry('model'))
      .slice(0, CRANK_ITEMS_MAX);
    if (requests.length + models.length === 0) return [];
    const keys = [
      ...requests.map((request) => ({ key: `request/${request}` })),
      ...models.map((model) => ({ key: `model/${model}` })),
    ];
    return [{ crank: { poke: { requests, models } }, keys }];
  }

  async #clears(clock: CrankClock, nowMs: number): Promise<DueCrank[]> {
    const markets = await unclearedMarkets(this.of.db, clock);
    return markets.flatMap(({ model, echelon, bids }) => {
      const key = `clear/${model}/${echelon}/${clock.epoch}`;
      if (!this.of.memory.mayTry(key, nowMs)) return [];
      const limit = Math.min(CLEAR_MAX, bids + 1);
      const again = bids < CLEAR_MAX ? { againMs: CLEAR_AGAIN_MS } : {};
      return [{ crank: { clear: { model, echelon, limit } }, keys: [{ key, ...again }] }];
    });
  }
}
