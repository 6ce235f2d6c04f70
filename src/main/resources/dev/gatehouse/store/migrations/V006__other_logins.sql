-- Sign-ins with other providers: those that are on their way there and back, and people who came back and were not known.

CREATE TABLE provider_attempt (
    handle_hash   bytea       PRIMARY KEY,
    browser_hash  bytea       NOT NULL,                            -- of the cookie of the browser that it began in
    kind          text        NOT NULL,
    data          jsonb       NOT NULL,
    made_at       timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL
);
CREATE INDEX provider_attempt_browser ON provider_attempt (browser_hash);
CREATE INDEX provider_attempt_expires ON provider_attempt (expires_at);

-- The roles of the account that are there because the provider said so, and for no other reason.
ALTER TABLE foreign_identity ADD COLUMN roles text[] NOT NULL DEFAULT '{}';
