-- Calls with one Idempotency-Key send the same bytes; only who alone sent them may say that nothing was sent.
ALTER TABLE ops.intake ADD COLUMN sends integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN ops.intake.sends IS 'how often the action was offered to the sequencer, counted before each offer';
