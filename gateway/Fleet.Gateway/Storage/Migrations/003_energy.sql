-- Each interval once, named by (controller, boot, sequence). Never updated, never deleted.
CREATE TABLE energy_records (
    controller_id BIGINT NOT NULL REFERENCES controllers (id),
    boot_id BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    start_utc_ms BIGINT NOT NULL,
    end_utc_ms BIGINT NOT NULL,
    energy_milliwatt_hours BIGINT NOT NULL,
    register_milliwatt_hours BIGINT NOT NULL,
    quality BIGINT NOT NULL,
    received_utc_ms BIGINT NOT NULL,
    PRIMARY KEY (controller_id, boot_id, sequence)
) WITHOUT ROWID;

-- Time first: records that arrive together lie together, which halves the pages a commit of many controllers writes.
-- It holds all a sum needs.
CREATE INDEX energy_by_start ON energy_records
    (start_utc_ms, controller_id, end_utc_ms, energy_milliwatt_hours, quality);

-- The few records longer than an hour, so that a range query need not look back further than an hour for the others.
CREATE INDEX energy_long ON energy_records (start_utc_ms, controller_id)
    WHERE end_utc_ms - start_utc_ms > 3600000;

-- A second, different record under a name that is taken: kept aside for a person, never counted.
CREATE TABLE energy_conflicts (
    controller_id BIGINT NOT NULL REFERENCES controllers (id),
    boot_id BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    start_utc_ms BIGINT NOT NULL,
    end_utc_ms BIGINT NOT NULL,
    energy_milliwatt_hours BIGINT NOT NULL,
    register_milliwatt_hours BIGINT NOT NULL,
    quality BIGINT NOT NULL,
    received_utc_ms BIGINT NOT NULL,
    PRIMARY KEY (controller_id, boot_id, sequence, start_utc_ms, end_utc_ms,
        energy_milliwatt_hours, register_milliwatt_hours, quality)
) WITHOUT ROWID;
