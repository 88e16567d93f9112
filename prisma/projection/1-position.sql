-- The position: one row, moved by compare-and-set in the transaction that writes everything else.
CREATE TABLE position (
  singleton    boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  height       bigint NOT NULL,
  seq          bigint NOT NULL,
  head         text NOT NULL,
  term         bigint NOT NULL,
  block_hash   text NOT NULL,
  block_time   timestamptz NOT NULL,
  time_seconds bigint NOT NULL,
  lost_total   bigint NOT NULL DEFAULT 0,
  log_offset   bigint NOT NULL DEFAULT 0
);

-- The archive: every block and every event as it was written, enough to rebuild without Kafka.
CREATE TABLE blocks (
  height              bigint PRIMARY KEY,
  block_hash          text NOT NULL,
  previous_block_hash text NOT NULL,
  app_hash            text NOT NULL,
  block_time          timestamptz NOT NULL,
  time_seconds        bigint NOT NULL,
  head                text NOT NULL,
  seq                 bigint NOT NULL
);

CREATE TABLE events (
  seq          bigint PRIMARY KEY,
  height       bigint NOT NULL,
  type         text NOT NULL,
  body         text NOT NULL,
  head         text NOT NULL,
  tx_hash      text,
  tx_index     integer NOT NULL,
  msg_index    integer NOT NULL,
  time_seconds bigint NOT NULL,
  block_time   timestamptz NOT NULL,
  request      bigint
);
CREATE INDEX events_height ON events USING brin (height);
CREATE INDEX events_request ON events (request, seq) WHERE request IS NOT NULL;

CREATE TABLE transactions (
  hash       text NOT NULL,
  height     bigint NOT NULL,
  index      integer NOT NULL,
  code       integer NOT NULL,
  codespace  text NOT NULL,
  gas_wanted bigint NOT NULL,
  gas_used   bigint NOT NULL,
  log        text NOT NULL,
  signers    text[] NOT NULL,
  PRIMARY KEY (height, index)
);
-- Not unique: a transaction that failed before it used its sequence may be included again.
CREATE INDEX transactions_hash ON transactions (hash);

-- Events whose type this version does not know: kept, counted, and the projection is marked incomplete.
CREATE TABLE parked (
  seq    bigint PRIMARY KEY,
  height bigint NOT NULL,
  type   text NOT NULL,
  body   text NOT NULL,
  reason text NOT NULL
);
