-- Schema `ops` holds the only copy of something; `projection_vN` can be rebuilt and is not made here.
CREATE SCHEMA ops;

-- One login role an app. Roles belong to the cluster, so another database may have made them already, even just now.
DO $$ BEGIN CREATE ROLE ingester LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE projector LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE dispatcher LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE sequencer LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE gateway LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN
  CREATE ROLE analyst LOGIN;
  ALTER ROLE analyst SET default_transaction_read_only = on;
  ALTER ROLE analyst SET statement_timeout = '30s';
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;

-- Which projection versions exist, which one `read` shows, from which height each may emit jobs.
CREATE TABLE ops.projection (
  version         integer PRIMARY KEY,
  ddl_sha256      text NOT NULL,
  views_sha256    text,
  live            boolean NOT NULL DEFAULT false,
  emit_height     bigint NOT NULL DEFAULT 0,
  incomplete_from bigint,
  created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX projection_live ON ops.projection (live) WHERE live;
COMMENT ON COLUMN ops.projection.emit_height IS 'jobs are emitted for heights above this one only: a rebuild adds none';
COMMENT ON COLUMN ops.projection.incomplete_from IS 'height of the first parked event, null while every event was understood';

CREATE TABLE ops.lease (
  role         text PRIMARY KEY,
  holder       text NOT NULL,
  term         bigint NOT NULL,
  acquired_at  timestamptz NOT NULL DEFAULT now(),
  heartbeat_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE ops.outbox (
  id         text PRIMARY KEY,
  height     bigint NOT NULL,
  seq        bigint NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('infer', 'reveal', 'cancel')),
  ticket     bigint NOT NULL,
  payload    jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  sent_at    timestamptz
);
CREATE INDEX outbox_unsent ON ops.outbox (seq, id) WHERE sent_at IS NULL;
CREATE INDEX outbox_ticket ON ops.outbox (ticket, seq);

CREATE TABLE ops.run (
  job_id     text PRIMARY KEY,
  ticket     bigint NOT NULL,
  token      text NOT NULL,
  state      text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE ops.action (
  lane       text NOT NULL,
  index      bigint NOT NULL,
  digest     text NOT NULL UNIQUE,
  signer     text NOT NULL,
  body       bytea NOT NULL,
  subject    text,
  expires_at bigint NOT NULL,
  state      text NOT NULL CHECK (state IN ('accepted', 'batched', 'observed')),
  outcome    text CHECK (outcome IN ('accepted', 'refused', 'expired')),
  code       text,
  tx_hash    text,
  height     bigint,
  receipt    bytea NOT NULL,
  tip        text NOT NULL,
  deadline   bigint NOT NULL,
  term       bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (lane, index)
);
CREATE UNIQUE INDEX action_subject ON ops.action (subject)
  WHERE subject IS NOT NULL AND (outcome IS NULL OR outcome = 'accepted');
CREATE INDEX action_open ON ops.action (lane, index) WHERE state <> 'observed';

CREATE TABLE ops.tx (
  hash            text PRIMARY KEY,
  lane            text NOT NULL,
  account         text NOT NULL,
  sequence        bigint NOT NULL,
  bytes           bytea NOT NULL,
  timeout_height  bigint NOT NULL,
  state           text NOT NULL CHECK (state IN ('signed', 'sent', 'included', 'observed', 'dead')),
  gas             bigint NOT NULL,
  term            bigint NOT NULL,
  included_height bigint,
  code            integer,
  log             text,
  created_at      timestamptz NOT NULL DEFAULT now(),
  sent_at         timestamptz
);
CREATE UNIQUE INDEX tx_sequence ON ops.tx (account, sequence) WHERE state <> 'dead';
CREATE INDEX tx_open ON ops.tx (lane, sequence) WHERE state NOT IN ('observed', 'dead');

CREATE TABLE ops.tx_action (
  tx_hash text NOT NULL REFERENCES ops.tx (hash),
  lane    text NOT NULL,
  index   bigint NOT NULL,
  PRIMARY KEY (tx_hash, lane, index),
  FOREIGN KEY (lane, index) REFERENCES ops.action (lane, index)
);
CREATE INDEX tx_action_action ON ops.tx_action (lane, index);

CREATE TABLE ops.api_key (
  id         text PRIMARY KEY,
  hash       text NOT NULL UNIQUE,
  wallet     text NOT NULL,
  label      text NOT NULL DEFAULT '',
  limits     jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);

CREATE TABLE ops.idempotency (
  key_id        text NOT NULL REFERENCES ops.api_key (id),
  key           text NOT NULL,
  body_hash     text NOT NULL,
  action_digest text,
  status        integer,
  response      jsonb,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (key_id, key)
);

CREATE TABLE ops.sealed_input (
  action_digest text NOT NULL,
  ticket        bigint NOT NULL,
  key_id        text,
  request       bigint,
  input_hash    text NOT NULL,
  sealed        bytea NOT NULL,
  expires_at    bigint NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (action_digest, ticket)
);
CREATE INDEX sealed_input_request ON ops.sealed_input (request, ticket);
COMMENT ON COLUMN ops.sealed_input.ticket IS '0: sealed to the gateway itself until the draw names the nodes';

CREATE TABLE ops.output (
  request    bigint NOT NULL,
  ticket     bigint NOT NULL,
  d          text NOT NULL,
  sealed     bytea NOT NULL,
  signature  bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (request, ticket)
);

CREATE TABLE ops.usage (
  request       bigint PRIMARY KEY,
  key_id        text NOT NULL REFERENCES ops.api_key (id),
  input_tokens  integer NOT NULL,
  output_tokens integer NOT NULL,
  fee           numeric(39, 0) NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX usage_key ON ops.usage (key_id, created_at);

-- What each app may touch, and nothing else.
GRANT USAGE ON SCHEMA ops TO ingester, projector, dispatcher, sequencer, gateway;
GRANT SELECT, INSERT, UPDATE ON ops.lease TO ingester, projector, sequencer;
GRANT SELECT, UPDATE ON ops.projection TO projector;
GRANT SELECT, INSERT ON ops.outbox TO projector;
GRANT SELECT, UPDATE ON ops.outbox TO dispatcher;
GRANT SELECT, INSERT, UPDATE, DELETE ON ops.run TO dispatcher;
GRANT SELECT, INSERT, UPDATE ON ops.action, ops.tx, ops.tx_action TO sequencer;
GRANT SELECT, INSERT, UPDATE ON ops.api_key, ops.output, ops.usage TO gateway;
GRANT SELECT, INSERT, UPDATE, DELETE ON ops.idempotency, ops.sealed_input TO gateway;
