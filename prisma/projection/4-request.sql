CREATE TABLE requests (
  request           bigint PRIMARY KEY,
  action_digest     text,
  requester         text NOT NULL,
  model             text NOT NULL,
  echelon           text NOT NULL,
  state             text NOT NULL
    CHECK (state IN ('pending', 'assigned', 'revealing', 'agreed', 'settled', 'refunded', 'disputed')),
  consensus         text NOT NULL,
  n                 integer NOT NULL,
  epoch             bigint NOT NULL,
  list_epoch        bigint NOT NULL,
  price             numeric(39, 0) NOT NULL,
  slice             numeric(39, 0) NOT NULL,
  value_at_risk     numeric(39, 0) NOT NULL,
  input_hash        text NOT NULL,
  params_hash       text NOT NULL,
  input_tokens      bigint NOT NULL,
  max_output_tokens bigint NOT NULL,
  max_fee           numeric(39, 0) NOT NULL,
  charge_max        numeric(39, 0) NOT NULL,
  dispatch_fee      numeric(39, 0) NOT NULL,
  output_to         text NOT NULL,
  refund_to         text NOT NULL,
  fixed_height      bigint NOT NULL,
  round             bigint,
  accept_by         bigint,
  expires_at        bigint NOT NULL,
  reveal_by         bigint,
  challenge_until   bigint,
  root              text,
  output_tokens     bigint,
  finish_reason     integer,
  charge            numeric(39, 0),
  fee               numeric(39, 0),
  owner_fee         numeric(39, 0),
  burned            numeric(39, 0),
  treasury          numeric(39, 0),
  refund            numeric(39, 0),
  reason            text,
  submitted_height  bigint NOT NULL,
  settled_height    bigint
);
CREATE INDEX requests_open ON requests (state, request) WHERE state NOT IN ('settled', 'refunded', 'disputed');
CREATE INDEX requests_requester ON requests (requester, request);
CREATE INDEX requests_action ON requests (action_digest) WHERE action_digest IS NOT NULL;

CREATE TABLE request_slots (
  request       bigint NOT NULL,
  slot          integer NOT NULL,
  attempt       integer NOT NULL,
  ticket        bigint NOT NULL,
  owner         text NOT NULL,
  state         text NOT NULL CHECK (state IN ('assigned', 'accepted', 'committed', 'revealed', 'vacated')),
  reason        text,
  fixed_height  bigint,
  accept_by     bigint,
  commit_by     bigint,
  commitment    text,
  leaf          text,
  root          text,
  salt          text,
  evidence_root text,
  output_tokens bigint,
  finish_reason integer,
  PRIMARY KEY (request, slot, attempt)
);
CREATE INDEX request_slots_ticket ON request_slots (ticket, request);

CREATE TABLE slices (
  request bigint NOT NULL,
  ticket  bigint NOT NULL,
  amount  numeric(39, 0) NOT NULL,
  state   text NOT NULL CHECK (state IN ('locked', 'released')),
  PRIMARY KEY (request, ticket)
);

CREATE TABLE fees (
  seq     bigint PRIMARY KEY,
  request bigint NOT NULL,
  ticket  bigint NOT NULL,
  epoch   bigint NOT NULL,
  amount  numeric(39, 0) NOT NULL,
  height  bigint NOT NULL
);
CREATE INDEX fees_request ON fees (request);
CREATE INDEX fees_ticket ON fees (ticket);

CREATE TABLE claims (
  seq           bigint PRIMARY KEY,
  ticket        bigint NOT NULL,
  owner         text NOT NULL,
  amount        numeric(39, 0) NOT NULL,
  through_epoch bigint NOT NULL,
  height        bigint NOT NULL
);

CREATE TABLE slashes (
  seq      bigint PRIMARY KEY,
  request  bigint,
  ticket   bigint NOT NULL,
  kind     text NOT NULL,
  amount   numeric(39, 0) NOT NULL,
  "user"   numeric(39, 0) NOT NULL,
  nodes    numeric(39, 0) NOT NULL,
  treasury numeric(39, 0) NOT NULL,
  burned   numeric(39, 0) NOT NULL,
  height   bigint NOT NULL
);

CREATE TABLE misses (
  ticket  bigint NOT NULL,
  request bigint NOT NULL,
  epoch   bigint NOT NULL,
  misses  integer NOT NULL,
  height  bigint NOT NULL,
  PRIMARY KEY (ticket, request)
);
