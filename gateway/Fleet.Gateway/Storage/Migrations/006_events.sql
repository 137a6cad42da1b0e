-- What happened on controllers, each once.
CREATE TABLE controller_events (
    controller_id BIGINT NOT NULL REFERENCES controllers (id),
    boot_id BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    utc_ms BIGINT NOT NULL,
    what TEXT NOT NULL,
    code TEXT NOT NULL,
    load_name TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (controller_id, boot_id, sequence)
) WITHOUT ROWID;

CREATE INDEX events_by_time ON controller_events (utc_ms);
