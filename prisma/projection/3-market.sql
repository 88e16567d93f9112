CREATE TABLE echelons (
  echelon       text PRIMARY KEY,
  descriptor    jsonb NOT NULL,
  collateral    numeric(39, 0) NOT NULL,
  reserve_price numeric(39, 0) NOT NULL
);

CREATE TABLE models (
  model            text PRIMARY KEY,
  state            text NOT NULL CHECK (state IN ('proposed', 'validated', 'available', 'removed')),
  owner            text NOT NULL,
  weights_root     text NOT NULL,
  chunk_size       bigint NOT NULL,
  files            jsonb NOT NULL,
  architecture     text NOT NULL,
  unit             text NOT NULL,
  context_limit    bigint NOT NULL,
  tokenizer_hash   text NOT NULL,
  template_hash    text NOT NULL,
  metadata_uri     text NOT NULL,
  owner_fee_bps    integer NOT NULL,
  deposit          numeric(39, 0) NOT NULL,
  objections_until bigint NOT NULL,
  registered_height bigint NOT NULL
);

CREATE TABLE tickets (
  ticket            bigint PRIMARY KEY,
  owner             text NOT NULL,
  echelon           text,
  state             text NOT NULL CHECK (state IN ('open', 'closing', 'closed')),
  exit_at           bigint,
  work_key          text NOT NULL,
  sealing_key       text NOT NULL,
  beacon_key        text NOT NULL,
  collateral        numeric(39, 0) NOT NULL,
  locked            numeric(39, 0) NOT NULL DEFAULT 0,
  unclaimed         numeric(39, 0) NOT NULL DEFAULT 0,
  registered_height bigint NOT NULL
);

CREATE TABLE subscriptions (
  ticket     bigint NOT NULL,
  model      text NOT NULL,
  echelon    text NOT NULL,
  from_epoch bigint NOT NULL,
  PRIMARY KEY (ticket, model)
);

CREATE TABLE bids (
  ticket     bigint NOT NULL,
  model      text NOT NULL,
  echelon    text NOT NULL,
  price      numeric(39, 0) NOT NULL,
  from_epoch bigint NOT NULL,
  PRIMARY KEY (ticket, model)
);

-- The market as it stands, every clearing it had, and the lists that draws index.
CREATE TABLE markets (
  model      text NOT NULL,
  echelon    text NOT NULL,
  price      numeric(39, 0) NOT NULL,
  list_epoch bigint NOT NULL,
  bidders    integer NOT NULL,
  owners     integer NOT NULL,
  serving    integer NOT NULL,
  closed     boolean NOT NULL,
  PRIMARY KEY (model, echelon)
);

CREATE TABLE clearings (
  model   text NOT NULL,
  echelon text NOT NULL,
  epoch   bigint NOT NULL,
  price   numeric(39, 0) NOT NULL,
  bidders integer NOT NULL,
  owners  integer NOT NULL,
  serving integer NOT NULL,
  closed  boolean NOT NULL,
  height  bigint NOT NULL,
  PRIMARY KEY (model, echelon, epoch)
);

CREATE TABLE market_nodes (
  model   text NOT NULL,
  echelon text NOT NULL,
  epoch   bigint NOT NULL,
  index   integer NOT NULL,
  ticket  bigint NOT NULL,
  owner   text NOT NULL,
  bid     numeric(39, 0) NOT NULL,
  PRIMARY KEY (model, echelon, epoch, index)
);
