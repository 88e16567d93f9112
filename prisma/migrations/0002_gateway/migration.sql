-- What the gateway signed for a key, kept before the sequencer hears of it: a retry sends the same bytes.
CREATE TABLE ops.intake (
  action_digest text PRIMARY KEY,
  key_id        text NOT NULL REFERENCES ops.api_key (id),
  nonce         bigint NOT NULL,
  nonce_reused  boolean NOT NULL DEFAULT false,
  signed_action jsonb NOT NULL,
  model         text NOT NULL,
  charge_max    numeric(39, 0) NOT NULL,
  expires_at    bigint NOT NULL,
  state         text NOT NULL CHECK (state IN ('open', 'done', 'refused', 'void')),
  code          text,
  created_at    timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN ops.intake.state IS 'open until its request is final; refused by the contract; void: it expired unseen or the sequencer refused it';
COMMENT ON COLUMN ops.intake.nonce_reused IS 'a refused or void action used no nonce: the next action takes it, so that the window moves on';
CREATE UNIQUE INDEX intake_nonce ON ops.intake (key_id, nonce) WHERE state IN ('open', 'done');
CREATE INDEX intake_open ON ops.intake (key_id) WHERE state = 'open';
CREATE INDEX intake_free ON ops.intake (key_id, nonce) WHERE state IN ('refused', 'void') AND NOT nonce_reused;

-- Wallets are derived from the gateway's secret and act nowhere else, so their nonces are counted here, from 0.
ALTER TABLE ops.api_key ADD COLUMN next_nonce bigint NOT NULL DEFAULT 0;

CREATE INDEX idempotency_created ON ops.idempotency (created_at);
CREATE INDEX idempotency_digest ON ops.idempotency (action_digest);

GRANT SELECT, INSERT, UPDATE ON ops.intake TO gateway;
