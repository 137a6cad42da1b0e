-- How many measurements the achieved mean of a curtailment is of, so that a restarted gateway goes on with it.
ALTER TABLE curtailments ADD COLUMN measurements BIGINT NOT NULL DEFAULT 0;
