-- Unknown while the link has not taken a setpoint; until now it was never filled, and stood at 0.
ALTER TABLE setpoints DROP COLUMN sequence;
ALTER TABLE setpoints ADD COLUMN sequence BIGINT;
