-- The issuer: people's claims, browser sessions, registered applications, consent, one-time things, devices, logout that is told to others.

ALTER TABLE account
    ADD COLUMN email_verified  boolean     NOT NULL DEFAULT false,
    ADD COLUMN profile         jsonb       NOT NULL DEFAULT '{}',  -- standard claims by their names (OpenID Connect Core §5.1)
    ADD COLUMN updated_at      timestamptz NOT NULL DEFAULT now();

-- A session that a browser holds has a cookie, of which the hash is kept; the cookie changes at every step up, the session's id does not.
ALTER TABLE session
    ADD COLUMN cookie_hash  bytea,
    ADD COLUMN seen_at      timestamptz NOT NULL DEFAULT now(),    -- idle limits are counted from here
    ADD COLUMN acr          text,
    ADD COLUMN amr          text[]      NOT NULL DEFAULT '{pwd}',
    ADD COLUMN address      text,
    ADD COLUMN device       text;                                  -- what the browser called itself
CREATE UNIQUE INDEX session_cookie ON session (cookie_hash) WHERE cookie_hash IS NOT NULL;

-- `about` is what ID tokens of later refreshes repeat: auth_time, acr, amr and the claims that were asked for. Null: no OpenID.
ALTER TABLE refresh_family
    ADD COLUMN dpop_jkt  text,                                     -- the key that a public client's tokens are bound to (RFC 9449 §5)
    ADD COLUMN about     jsonb;

-- A token's row is written once and then once more, when it is used: half of each page is kept for that, so that no index hears of it. That its successor was used
-- is told by the successor's row. No foreign key: a token without its family is nothing, and it leaves when it expires.
ALTER TABLE refresh_token
    DROP COLUMN closed_at,
    DROP CONSTRAINT refresh_token_family_id_fkey,
    SET (fillfactor = 55);

-- By row: a statement that revokes nobody, as most that could do so, tells nobody.
DROP TRIGGER revocation_told ON revocation;
CREATE TRIGGER revocation_told AFTER INSERT ON revocation FOR EACH ROW EXECUTE FUNCTION tell_revocation();

CREATE INDEX refresh_family_client ON refresh_family (client_id);   -- a client that goes takes its grants along

ALTER TABLE revocation DROP CONSTRAINT revocation_kind_check;
ALTER TABLE revocation ADD CONSTRAINT revocation_kind_check
    CHECK (kind IN ('token', 'session', 'grant', 'subject', 'client', 'everything'));

-- Applications that are not in the file. `metadata` is what was registered, by the names of RFC 7591 §2.
CREATE TABLE client (
    id                 text        PRIMARY KEY,
    origin             text        NOT NULL CHECK (origin IN ('registered', 'open', 'desk')),
    metadata           jsonb       NOT NULL,
    secret_hash        bytea,                                      -- SHA-256
    registration_hash  bytea,                                      -- of the registration access token (RFC 7592 §3)
    made_at            timestamptz NOT NULL DEFAULT now(),
    changed_at         timestamptz NOT NULL DEFAULT now(),
    used_at            timestamptz,                                -- by the day
    expires_at         timestamptz,                                -- open registration: gone unless used
    disabled_at        timestamptz
);
CREATE INDEX client_changed ON client (changed_at);
CREATE INDEX client_expires ON client (expires_at) WHERE expires_at IS NOT NULL;

-- Secrets of applications in the file that name none: made at the first start, shown once.
CREATE TABLE client_secret (
    client_id    text        PRIMARY KEY,
    secret_hash  bytea       NOT NULL,
    made_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE initial_access_token (
    token_hash  bytea       PRIMARY KEY,
    uses_left   integer     NOT NULL CHECK (uses_left >= 0),
    made_at     timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL
);
CREATE INDEX initial_access_token_expires ON initial_access_token (expires_at);

CREATE TABLE consent (
    account_id  text        NOT NULL REFERENCES account ON DELETE CASCADE,
    client_id   text        NOT NULL,
    scopes      text[]      NOT NULL,
    made_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, client_id)
);
CREATE INDEX consent_client ON consent (client_id);

-- What succeeds once: codes, pushed requests, `jti`s of assertions and of proofs. A row lives in the slot of the quarter of an hour in which it expires; slots that
-- are over are emptied whole, so no row is ever deleted one by one.
CREATE TABLE one_time (
    slot        smallint    NOT NULL,
    kind        text        NOT NULL,
    hash        bytea       NOT NULL,
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,
    grant_id    text,                                              -- what came of it: ends when it is used again
    data        jsonb,
    PRIMARY KEY (hash, kind, slot)
) PARTITION BY LIST (slot);
CREATE TABLE one_time_0 PARTITION OF one_time FOR VALUES IN (0);
CREATE TABLE one_time_1 PARTITION OF one_time FOR VALUES IN (1);
CREATE TABLE one_time_2 PARTITION OF one_time FOR VALUES IN (2);
CREATE TABLE one_time_3 PARTITION OF one_time FOR VALUES IN (3);
CREATE TABLE one_time_4 PARTITION OF one_time FOR VALUES IN (4);
CREATE TABLE one_time_5 PARTITION OF one_time FOR VALUES IN (5);
CREATE TABLE one_time_6 PARTITION OF one_time FOR VALUES IN (6);
CREATE TABLE one_time_7 PARTITION OF one_time FOR VALUES IN (7);

-- Why a browser is on our pages: what it came for, until it leaves. The request as it was checked; nothing of it travels through the browser.
CREATE TABLE interaction (
    handle_hash   bytea       PRIMARY KEY,
    browser_hash  bytea       NOT NULL,                            -- of the cookie of the browser that it began in
    client_id     text        NOT NULL,
    request       jsonb       NOT NULL,
    made_at       timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL,
    signed_in_at  timestamptz,                                     -- by a proof given on the way
    consented_at  timestamptz,
    chosen_at     timestamptz                                      -- the account was picked
);
CREATE INDEX interaction_expires ON interaction (expires_at);
CREATE INDEX interaction_browser ON interaction (browser_hash);

-- RFC 8628.
CREATE TABLE device_authorization (
    device_hash       bytea       PRIMARY KEY,
    user_hash         bytea       NOT NULL UNIQUE,
    client_id         text        NOT NULL,
    scopes            text[]      NOT NULL,
    audience          text[]      NOT NULL,
    state             text        NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'approved', 'denied', 'used')),
    interval_seconds  integer     NOT NULL,
    polled_at         timestamptz,
    made_at           timestamptz NOT NULL DEFAULT now(),
    expires_at        timestamptz NOT NULL,
    account_id        text        REFERENCES account ON DELETE CASCADE,
    session_id        text,
    about             jsonb
);
CREATE INDEX device_authorization_expires ON device_authorization (expires_at);

-- Which clients want to hear when a session ends, and what is still to be told (OpenID Connect Back-Channel Logout 1.0).
CREATE TABLE session_client (
    session_id  text        NOT NULL REFERENCES session ON DELETE CASCADE,
    client_id   text        NOT NULL,
    PRIMARY KEY (session_id, client_id)
);
CREATE TABLE logout_delivery (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id   text        NOT NULL,
    account_id  text        NOT NULL,
    session_id  text        NOT NULL,
    attempts    integer     NOT NULL DEFAULT 0,
    due_at      timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL
);
CREATE INDEX logout_delivery_due ON logout_delivery (due_at);
CREATE INDEX logout_delivery_expires ON logout_delivery (expires_at);

-- Says which client; that one was used tells nobody anything.
CREATE FUNCTION tell_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM pg_notify('gatehouse_client', to_jsonb(OLD) ->> TG_ARGV[0]);
    ELSE
        PERFORM pg_notify('gatehouse_client', to_jsonb(NEW) ->> TG_ARGV[0]);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION client_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER client_changes BEFORE UPDATE OF origin, metadata, secret_hash, disabled_at ON client FOR EACH ROW EXECUTE FUNCTION client_changes();
CREATE TRIGGER client_told AFTER INSERT OR DELETE ON client FOR EACH ROW EXECUTE FUNCTION tell_client('id');
CREATE TRIGGER client_change_told AFTER UPDATE OF origin, metadata, secret_hash, disabled_at ON client FOR EACH ROW EXECUTE FUNCTION tell_client('id');
CREATE TRIGGER client_secret_told AFTER INSERT OR UPDATE OR DELETE ON client_secret FOR EACH ROW EXECUTE FUNCTION tell_client('client_id');

-- However a session ends, whoever wanted to hear of it is put on the list in the same transaction: nothing is forgotten, and nobody has to think of it.
CREATE FUNCTION session_is_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO logout_delivery (client_id, account_id, session_id, expires_at)
    SELECT client_id, NEW.account_id, NEW.id, now() + interval '12 hours' FROM session_client WHERE session_id = NEW.id;
    IF FOUND THEN
        PERFORM pg_notify('gatehouse_logout', '');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER session_over AFTER UPDATE OF ended_at ON session
    FOR EACH ROW WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION session_is_over();
