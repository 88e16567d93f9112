-- The stable face of the live projection; every other service reads this schema only.
-- Run with the live projection as search_path: names without a schema are its tables.
CREATE VIEW read.position AS
  SELECT height, seq, head, term, block_hash, block_time, time_seconds, lost_total FROM position;
CREATE VIEW read.blocks AS SELECT * FROM blocks;
CREATE VIEW read.events AS SELECT * FROM events;
CREATE VIEW read.transactions AS SELECT * FROM transactions;
CREATE VIEW read.parked AS SELECT * FROM parked;

CREATE VIEW read.network AS
  SELECT chain_id, contract, governance, denom, params, beacon, genesis, epoch_seconds, paused,
         treasury_address, treasury, burned, reserve, deposits
  FROM network;
CREATE VIEW read.epochs AS SELECT * FROM epochs;
CREATE VIEW read.rounds AS SELECT * FROM rounds;
CREATE VIEW read.beacons AS SELECT * FROM beacons;
CREATE VIEW read.notices AS SELECT * FROM notices;
CREATE VIEW read.balances AS SELECT * FROM balances;
CREATE VIEW read.fences AS SELECT * FROM fences;
CREATE VIEW read.actions AS SELECT * FROM actions;

CREATE VIEW read.echelons AS SELECT * FROM echelons;
CREATE VIEW read.models AS SELECT * FROM models;
CREATE VIEW read.tickets AS SELECT * FROM tickets;
CREATE VIEW read.subscriptions AS SELECT * FROM subscriptions;
CREATE VIEW read.bids AS SELECT * FROM bids;
CREATE VIEW read.markets AS SELECT * FROM markets;
CREATE VIEW read.clearings AS SELECT * FROM clearings;
CREATE VIEW read.market_nodes AS SELECT * FROM market_nodes;

CREATE VIEW read.requests AS SELECT * FROM requests;
CREATE VIEW read.request_slots AS SELECT * FROM request_slots;
CREATE VIEW read.request_timeline AS
  SELECT request, seq, type, height, tx_hash, time_seconds, block_time, replace(body, '\u0000', '\ufffd')::jsonb AS body
  FROM events WHERE request IS NOT NULL;
CREATE VIEW read.slices AS SELECT * FROM slices;
CREATE VIEW read.fees AS SELECT * FROM fees;
CREATE VIEW read.claims AS SELECT * FROM claims;
CREATE VIEW read.slashes AS SELECT * FROM slashes;
CREATE VIEW read.misses AS SELECT * FROM misses;
