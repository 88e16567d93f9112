import { toWire } from '#libs/chain';
import { inTransaction, type Pool, type Queryable } from '#libs/database';
import { TransientError } from '#libs/service';
import type { Candidate } from './read-action.js';
import {
  laneAfter,
  laneStart,
  signReceipt,
  type LanePosition,
  type LaneReceipt,
} from './receipt.js';
import { RECEIPT_SECONDS } from './receipt.js';
import { Refusal } from './refusal.js';
import { checkState } from './state-checks.js';
import { holdTerm, type LaneTerm } from './term.js';

/** Actions that one transaction accepts. */
const GROUP_MAX = 100;
/** Accepted and not yet batched actions above which intake says busy. */
export const BACKLOG_MAX = 5_000;
/** Wallets are told so earlier: work keys have deadlines, and whoever fills the lane must not make them miss one. */
export const WALLET_BACKLOG_MAX = 4_000;

export interface Placed {
  receipt: LaneReceipt;
  /** Whether this call gave the action its place, or an earlier one had. */
  fresh: boolean;
}

interface Waiting {
  candidate: Candidate;
  resolve: (placed: Placed) => void;
  reject: (error: unknown) => void;
}

/**
 * Gives every action one place in the lane. Actions that arrive together share one transaction; a receipt is handed
 * out only after its commit, and the same digest gets the same receipt for ever.
 */
export class OrderBook {
  readonly #waiting: Waiting[] = [];
  #writing = false;

  constructor(
    private readonly pool: Pool,
    private readonly of: LaneTerm & {
      chainId: string;
      receiptSeed: Uint8Array;
      onPlaced: () => void;
    },
  ) {}

  place(candidate: Candidate): Promise<Placed> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ candidate, resolve, reject });
      if (!this.#writing) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#writing = true;
    for (let group = this.#waiting.splice(0, GROUP_MAX); group.length > 0;) {
      await this.#writeGroup(group);
      group = this.#waiting.splice(0, GROUP_MAX);
    }
    this.#writing = false;
  }

  async #writeGroup(group: Waiting[]): Promise<void> {
    try {
      const outcomes = await inTransaction(this.pool, async (client) => {
        await holdTerm(client, this.of);
        return await this.#placeAll(client, group);
      });
      outcomes.forEach((settle) => settle());
      this.of.onPlaced();
    } catch (error) {
      if (group.length === 1 || error instanceof TransientError)
        group.forEach(({ reject }) => reject(error));
      else await this.#writeEach(group);
    }
  }

  /** One of them cannot be stored, or not be checked: alone, it takes nobody with it. */
  async #writeEach(group: readonly Waiting[]): Promise<void> {
    for (const waiting of group) await this.#writeGroup([waiting]);
  }

  /** The outcomes are told only after the commit. */
  async #placeAll(client: Queryable, group: Waiting[]): Promise<(() => void)[]> {
    let at = await lanePosition(client, this.of.lane);
    let backlog = await backlogOf(client, this.of.lane);
    const outcomes: (() => void)[] = [];
    for (const { candidate, resolve, reject } of group) {
      const known = await receiptOf(client, candidate.digest);
      if (known !== undefined) {
        outcomes.push(() => resolve({ receipt: known, fresh: false }));
        continue;
      }
      const most = 'duty' in candidate.content ? BACKLOG_MAX : WALLET_BACKLOG_MAX;
      const refused = backlog < most ? await refusalOf(client, this.of.lane, candidate) : busy();
      if (refused !== undefined) {
        outcomes.push(() => reject(refused));
        continue;
      }
      const receipt = await this.#insert(client, candidate, at);
      at = laneAfter(receipt);
      backlog += 1;
      outcomes.push(() => resolve({ receipt, fresh: true }));
    }
    return outcomes;
  }

  async #insert(client: Queryable, candidate: Candidate, at: LanePosition): Promise<LaneReceipt> {
    const { chainId, lane, receiptSeed, term } = this.of;
    const deadline = BigInt(Math.floor(Date.now() / 1000)) + RECEIPT_SECONDS;
    const { digest, signer, subject, signed } = candidate;
    const receipt = signReceipt({ chainId, lane, seed: receiptSeed, deadline }, { ...at, digest });
    const body = Buffer.from(JSON.stringify(toWire(signed)));
    await client.query(
      `INSERT INTO ops.action (lane, index, digest, signer, body, subject, expires_at, state, receipt, tip, deadline, term)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'accepted', $8, $9, $10, $11)`,
      [
        lane,
        at.index,
        digest,
        signer,
        body,
        subject,
        signed.expires_at,
        Buffer.from(receipt.receipt),
        at.tip,
        deadline,
        term,
      ],
    );
    return receipt;
  }
}

const busy = (): Refusal =>
  new Refusal('busy', 'too many actions wait for the chain; try again shortly');

async function refusalOf(
  db: Queryable,
  lane: string,
  candidate: Candidate,
): Promise<Refusal | undefined> {
  try {
    await checkState(db, lane, candidate);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

async function backlogOf(db: Queryable, lane: string): Promise<number> {
  const { rows } = await db.query<{ open: number }>(
    `SELECT count(*)::int AS open FROM ops.action WHERE lane = $1 AND state <> 'observed'`,
    [lane],
  );
  return rows[0]?.open ?? 0;
}

async function lanePosition(db: Queryable, lane: string): Promise<LanePosition> {
  const { rows } = await db.query<{ index: bigint; tip: string; digest: string }>(
    'SELECT index, tip, digest FROM ops.action WHERE lane = $1 ORDER BY index DESC LIMIT 1',
    [lane],
  );
  const last = rows[0];
  return last === undefined ? laneStart : laneAfter(last);
}

async function receiptOf(db: Queryable, digest: string): Promise<LaneReceipt | undefined> {
  const { rows } = await db.query<LaneReceipt>(
    'SELECT index, digest, tip, deadline, lane, receipt FROM ops.action WHERE digest = $1',
    [digest],
  );
  return rows[0];
}
