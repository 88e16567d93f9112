-- The contract's counts are unsigned 32-bit numbers, twice what an integer holds.
ALTER TABLE ops.usage ALTER COLUMN input_tokens TYPE bigint, ALTER COLUMN output_tokens TYPE bigint;
