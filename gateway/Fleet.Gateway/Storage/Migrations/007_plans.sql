CREATE TABLE plans (
    id TEXT NOT NULL PRIMARY KEY,
    made_utc_ms BIGINT NOT NULL,
    json TEXT NOT NULL,
    value_micros BIGINT NOT NULL,
    bound_micros BIGINT NOT NULL,
    gap_parts_per_million BIGINT NOT NULL,
    currency TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX plans_by_time ON plans (made_utc_ms);
