-- Who did what, why and when. Lines are only ever added.
CREATE TABLE audit_lines (
    id BIGINT NOT NULL PRIMARY KEY,
    utc_ms BIGINT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    why TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX audit_by_time ON audit_lines (utc_ms);
