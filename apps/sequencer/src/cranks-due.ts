import type { Queryable } from '#libs/database';

/** What the log says about now: contract time is block time without the time lost in halts. */
export interface CrankClock {
  height: bigint;
  contractTime: bigint;
  epoch: bigint;
}

/** Undefined before the network's first event was projected. */
export async function crankClock(db: Queryable): Promise<CrankClock | undefined> {
  const { rows } = await db.query<CrankClock>(
    `SELECT p.height, p.time_seconds - p.lost_total AS "contractTime",
            (p.time_seconds - n.genesis) / n.epoch_seconds AS epoch
     FROM read.position p, read.network n`,
  );
  return rows[0];
}

/** A request that waits for a draw: since which height, by which round, and whether that is on chain. */
export interface Search {
  request: bigint;
  fixedHeight: bigint;
  round: bigint | null;
  known: boolean;
}

/** Requests without a panel and slots that were vacated. */
export async function openSearches(db: Queryable): Promise<Search[]> {
  const { rows } = await db.query<Search>(
    `SELECT w.request, w.fixed_height AS "fixedHeight", f.round, b.round IS NOT NULL AS known
     FROM (
       SELECT request, fixed_height FROM read.requests WHERE state = 'pending'
       UNION
       SELECT s.request, s.fixed_height FROM read.request_slots s JOIN read.requests r USING (request)
       WHERE r.state = 'assigned' AND s.state = 'vacated' AND s.fixed_height IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM read.request_slots n
                         WHERE n.request = s.request AND n.slot = s.slot AND n.attempt > s.attempt)
     ) w
     LEFT JOIN read.rounds f ON f.height = w.fixed_height
     LEFT JOIN read.beacons b ON b.round = f.round
     ORDER BY w.fixed_height, w.request`,
  );
  return rows;
}

/** Requests of which a deadline has passed in contract time. A poke that is early changes nothing. */
export async function overdueRequests(
  db: Queryable,
  { contractTime }: CrankClock,
): Promise<bigint[]> {
  const { rows } = await db.query<{ request: bigint }>(
    `SELECT r.request FROM read.requests r
     WHERE (r.state = 'pending' AND r.expires_at <= $1)
        OR (r.state = 'revealing' AND r.reveal_by <= $1)
        OR (r.state = 'agreed' AND r.challenge_until <= $1)
        OR (r.state = 'assigned' AND EXISTS (
             SELECT 1 FROM read.request_slots s LEFT JOIN read.blocks b ON b.height = s.fixed_height, read.network n
             WHERE s.request = r.request AND (
               (s.state = 'assigned' AND s.accept_by <= $1)
               OR (s.state = 'accepted' AND s.commit_by <= $1)
               OR (s.state = 'vacated' AND b.time_seconds + (n.params ->> 'expiry_seconds')::bigint <= $1
                   AND NOT EXISTS (SELECT 1 FROM read.request_slots later WHERE later.request = s.request
                                   AND later.slot = s.slot AND later.attempt > s.attempt)))))
     ORDER BY r.request`,
    [contractTime],
  );
  return rows.map((row) => row.request);
}

/** Models that may become validated, or available because enough owners subscribed. */
export async function waitingModels(
  db: Queryable,
  { contractTime }: CrankClock,
): Promise<string[]> {
  const { rows } = await db.query<{ model: string }>(
    `SELECT m.model FROM read.models m, read.network n
     WHERE (m.state = 'proposed' AND m.objections_until <= $1)
        OR (m.state = 'validated' AND (n.params ->> 'min_nodes')::int <=
             (SELECT count(DISTINCT t.owner) FROM read.subscriptions s JOIN read.tickets t USING (ticket)
              WHERE s.model = m.model))
     ORDER BY m.model`,
    [contractTime],
  );
  return rows.map((row) => row.model);
}

/** A market whose bids a new epoch's clearing would see changed. */
export interface UnclearedMarket {
  model: string;
  echelon: string;
  bids: number;
}

/** New or withdrawn bids since the list in force, or a price that still moves in capped steps. */
export async function unclearedMarkets(
  db: Queryable,
  { epoch }: CrankClock,
): Promise<UnclearedMarket[]> {
  const { rows } = await db.query<UnclearedMarket>(
    `SELECT b.model, b.echelon, count(*)::int AS bids
     FROM read.bids b LEFT JOIN read.markets m USING (model, echelon)
     GROUP BY b.model, b.echelon, m.list_epoch, m.bidders
     HAVING coalesce(m.list_epoch, -1) < $1 AND (
       coalesce(bool_or(b.from_epoch <= $1 AND b.from_epoch > coalesce(m.list_epoch, -1)), false)
       OR count(*) FILTER (WHERE b.from_epoch <= $1) <> coalesce(m.bidders, 0)
       OR 1 < (SELECT count(DISTINCT price) FROM (
                 SELECT price FROM read.clearings c WHERE c.model = b.model AND c.echelon = b.echelon
                 ORDER BY c.epoch DESC LIMIT 2) AS last))`,
    [epoch],
  );
  return rows;
}
