-- A refresh token is no row of its own any more: its family knows the one that is alive and the one before it. Tokens made until now do not name their family and
-- are over; so are their grants, and people sign in again.
DROP TABLE refresh_token;
TRUNCATE refresh_family;
DROP INDEX refresh_family_expires;

-- A turn changes no column that an index knows, but for `ends_on` at most once a day; a fifth of each page is kept free, so that the new version finds room beside the old.
ALTER TABLE refresh_family
    ADD COLUMN current_hash   bytea       NOT NULL,                -- SHA-256 of the token that is alive
    ADD COLUMN previous_hash  bytea,                               -- of the one that it replaced
    ADD COLUMN turned_at      timestamptz NOT NULL DEFAULT now(),  -- since when it is alive
    ADD COLUMN idle_until     timestamptz NOT NULL,                -- never later than `expires_at`
    ADD COLUMN ends_on        date        GENERATED ALWAYS AS ((idle_until AT TIME ZONE 'UTC')::date) STORED,
    SET (fillfactor = 80);
CREATE INDEX refresh_family_ends ON refresh_family (ends_on);
