-- Browsers in which somebody signed in, by the hash of a cookie: others' wrong passwords do not hold them up.
CREATE TABLE known_device (
    account_id   text        NOT NULL REFERENCES account ON DELETE CASCADE,
    device_hash  bytea       NOT NULL,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (account_id, device_hash)
);
CREATE INDEX known_device_expires ON known_device (expires_at);
