-- How much earlier a record may lie than it says, in seconds: its boot ended without knowing UTC. 0 where its date is known.
ALTER TABLE energy_records ADD COLUMN earlier_seconds BIGINT NOT NULL DEFAULT 0;
ALTER TABLE energy_conflicts ADD COLUMN earlier_seconds BIGINT NOT NULL DEFAULT 0;

-- It holds all a sum needs.
DROP INDEX energy_by_start;
CREATE INDEX energy_by_start ON energy_records
    (start_utc_ms, controller_id, end_utc_ms, energy_milliwatt_hours, quality, earlier_seconds);
