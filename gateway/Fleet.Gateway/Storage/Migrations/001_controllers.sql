-- Who is enrolled, and the numbers that must never repeat.
CREATE TABLE controllers (
    id BIGINT NOT NULL PRIMARY KEY,
    site TEXT NOT NULL,
    controller TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_utc_ms BIGINT NOT NULL,
    UNIQUE (site, controller)
) WITHOUT ROWID;

CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
) WITHOUT ROWID;

-- Every sequence below next_sequence may have been used.
CREATE TABLE command_sequences (
    controller_id BIGINT NOT NULL PRIMARY KEY REFERENCES controllers (id),
    next_sequence BIGINT NOT NULL
) WITHOUT ROWID;
