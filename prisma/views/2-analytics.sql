CREATE VIEW analytics.request_latency AS
  WITH stage AS (
    SELECT request,
           min(block_time) FILTER (WHERE type = 'request.submitted.v1') AS submitted,
           min(block_time) FILTER (WHERE type = 'request.assigned.v1')  AS assigned,
           max(block_time) FILTER (WHERE type = 'input.accepted.v1')    AS accepted,
           min(block_time) FILTER (WHERE type = 'request.committed.v1') AS committed,
           min(block_time) FILTER (WHERE type = 'request.agreed.v1')    AS agreed,
           min(block_time) FILTER (WHERE type = 'request.settled.v1')   AS settled
    FROM read.request_timeline GROUP BY request
  )
  SELECT r.request, r.model, r.state, r.output_tokens, s.submitted AS submitted_at,
         (extract(epoch FROM s.assigned - s.submitted) * 1000)::bigint  AS draw_ms,
         (extract(epoch FROM s.accepted - s.assigned) * 1000)::bigint   AS accept_ms,
         (extract(epoch FROM s.committed - s.accepted) * 1000)::bigint  AS commit_ms,
         (extract(epoch FROM s.agreed - s.committed) * 1000)::bigint    AS reveal_ms,
         (extract(epoch FROM s.settled - s.agreed) * 1000)::bigint      AS challenge_ms,
         (extract(epoch FROM s.settled - s.submitted) * 1000)::bigint   AS total_ms
  FROM stage s JOIN read.requests r USING (request);
COMMENT ON VIEW analytics.request_latency IS
  'One row a request: milliseconds of block time spent in each stage; null while the stage is open. accept ends with the last acceptance.';

CREATE VIEW analytics.node_earnings AS
  SELECT t.ticket, t.owner, t.state, t.collateral, t.unclaimed,
         coalesce(f.requests, 0) AS requests, coalesce(f.earned, 0) AS earned,
         coalesce(c.claimed, 0) AS claimed, coalesce(s.slashed, 0) AS slashed, coalesce(m.missed, 0) AS missed
  FROM read.tickets t
  LEFT JOIN (SELECT ticket, count(*) AS requests, sum(amount) AS earned FROM read.fees GROUP BY ticket) f USING (ticket)
  LEFT JOIN (SELECT ticket, sum(amount) AS claimed FROM read.claims GROUP BY ticket) c USING (ticket)
  LEFT JOIN (SELECT ticket, sum(amount) AS slashed FROM read.slashes GROUP BY ticket) s USING (ticket)
  LEFT JOIN (SELECT ticket, count(*) AS missed FROM read.misses GROUP BY ticket) m USING (ticket);
COMMENT ON VIEW analytics.node_earnings IS
  'One row a ticket, amounts in the smallest unit of the denom: fees accrued and claimed, collateral slashed, assignments missed.';

CREATE VIEW analytics.clearing_prices AS
  SELECT model, echelon, epoch, price, price - lag(price) OVER market AS change, bidders, owners, serving, closed, height
  FROM read.clearings WINDOW market AS (PARTITION BY model, echelon ORDER BY epoch);
COMMENT ON VIEW analytics.clearing_prices IS
  'One row a clearing: price per 1,000,000 tokens, its change since the clearing before, and who stood behind it.';
