-- The lineage of every change of power: signal, its course on each site, setpoint with its reason, ack, measured watts.
CREATE TABLE signals (
    id TEXT NOT NULL PRIMARY KEY,
    site TEXT,
    target_watts BIGINT,
    target_percent BIGINT,
    start_utc_ms BIGINT NOT NULL,
    end_utc_ms BIGINT NOT NULL,
    reason TEXT NOT NULL,
    priority BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_utc_ms BIGINT NOT NULL,
    status TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX signals_by_end ON signals (end_utc_ms);

CREATE TABLE curtailments (
    signal_id TEXT NOT NULL REFERENCES signals (id),
    site TEXT NOT NULL,
    state TEXT NOT NULL,
    changed_utc_ms BIGINT NOT NULL,
    start_watts BIGINT,
    requested_watts BIGINT,
    achieved_watts BIGINT,
    taken_ms BIGINT,
    PRIMARY KEY (signal_id, site)
) WITHOUT ROWID;

CREATE TABLE setpoints (
    id TEXT NOT NULL PRIMARY KEY,
    controller_id BIGINT NOT NULL REFERENCES controllers (id),
    sequence BIGINT NOT NULL,
    issued_utc_ms BIGINT NOT NULL,
    limit_watts BIGINT,
    reason TEXT NOT NULL,
    signal_id TEXT,
    plan_id TEXT,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    acked_utc_ms BIGINT,
    achieved_utc_ms BIGINT,
    elapsed_ms BIGINT,
    watts BIGINT,
    refusal TEXT
) WITHOUT ROWID;

CREATE INDEX setpoints_by_signal ON setpoints (signal_id) WHERE signal_id IS NOT NULL;
CREATE INDEX setpoints_by_controller ON setpoints (controller_id, issued_utc_ms);
-- Those that go by age.
CREATE INDEX setpoints_by_time ON setpoints (issued_utc_ms) WHERE signal_id IS NULL;
