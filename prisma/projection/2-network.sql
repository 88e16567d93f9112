CREATE TABLE network (
  singleton        boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  chain_id      text NOT NULL,
  contract      text NOT NULL,
  governance    text NOT NULL,
  denom         text NOT NULL,
  params        jsonb NOT NULL,
  beacon        jsonb NOT NULL,
  genesis       bigint NOT NULL,
  epoch_seconds bigint NOT NULL,
  treasury_address text NOT NULL,
  paused        boolean NOT NULL DEFAULT false,
  treasury      numeric(39, 0) NOT NULL DEFAULT 0,
  burned        numeric(39, 0) NOT NULL DEFAULT 0,
  reserve       numeric(39, 0) NOT NULL DEFAULT 0,
  deposits      numeric(39, 0) NOT NULL DEFAULT 0
);

CREATE TABLE epochs (
  epoch     bigint PRIMARY KEY,
  starts_at bigint NOT NULL,
  height    bigint NOT NULL
);

CREATE TABLE rounds (
  height bigint PRIMARY KEY,
  round  bigint NOT NULL
);
CREATE INDEX rounds_round ON rounds (round);

CREATE TABLE beacons (
  round      bigint PRIMARY KEY,
  randomness text NOT NULL,
  height     bigint NOT NULL
);

-- What governance announced and did: parameters, code, pauses, halts.
CREATE TABLE notices (
  seq    bigint PRIMARY KEY,
  height bigint NOT NULL,
  type   text NOT NULL,
  body   jsonb NOT NULL
);

CREATE TABLE balances (
  address text PRIMARY KEY,
  balance numeric(39, 0) NOT NULL
);

CREATE TABLE fences (
  poster text NOT NULL,
  lane   text NOT NULL,
  term   bigint NOT NULL,
  PRIMARY KEY (poster, lane)
);

CREATE TABLE actions (
  digest  text NOT NULL,
  seq     bigint NOT NULL,
  index   integer NOT NULL,
  signer  text NOT NULL,
  kind    text,
  outcome text NOT NULL CHECK (outcome IN ('accepted', 'refused')),
  code    text,
  height  bigint NOT NULL,
  tx_hash text,
  PRIMARY KEY (digest, seq)
);
