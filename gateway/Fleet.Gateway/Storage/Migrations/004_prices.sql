-- Prices as loaded; a micro is a millionth of the currency.
CREATE TABLE prices (
    series TEXT NOT NULL,
    start_utc_ms BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    price_micros_per_megawatt_hour BIGINT NOT NULL,
    currency TEXT NOT NULL,
    loaded_utc_ms BIGINT NOT NULL,
    PRIMARY KEY (series, start_utc_ms)
) WITHOUT ROWID;
