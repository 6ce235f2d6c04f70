-- The ground: whose house this is, people, sessions, refresh tokens, keys, revocations, the audit trail.

-- One row. `demo` data is disposable; `dev` refuses any other.
CREATE TABLE house (
    one           boolean     PRIMARY KEY DEFAULT true CHECK (one),
    kind          text        NOT NULL CHECK (kind IN ('demo', 'house')),
    master_check  bytea       NOT NULL,          -- a known text under the master key: a wrong key is seen before anything is written
    made_at       timestamptz NOT NULL DEFAULT now()
);

-- Secrets that all nodes share, each wrapped under the master key.
CREATE TABLE server_secret (
    name     text        PRIMARY KEY,
    wrapped  bytea       NOT NULL,
    made_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE signing_key (
    kid          text        PRIMARY KEY,
    algorithm    text        NOT NULL,
    phase        text        NOT NULL CHECK (phase IN ('NEXT', 'ACTIVE', 'RETIRED')),
    public_jwk   text        NOT NULL,
    wrapped_key  bytea       NOT NULL,           -- PKCS#8 under the master key
    made_at      timestamptz NOT NULL DEFAULT now(),
    active_at    timestamptz,
    retired_at   timestamptz,
    gone_at      timestamptz                     -- when a retired key leaves the JWKS
);
CREATE UNIQUE INDEX signing_key_one_active ON signing_key (algorithm) WHERE phase = 'ACTIVE';
CREATE UNIQUE INDEX signing_key_one_next   ON signing_key (algorithm) WHERE phase = 'NEXT';

CREATE TABLE account (
    id                   text        PRIMARY KEY,
    username             text        NOT NULL,   -- as typed
    username_key         text        NOT NULL UNIQUE,  -- lower case: names differ by more than case
    email                text,
    password_hash        text,                   -- PHC string
    password_changed_at  timestamptz,
    roles                text[]      NOT NULL DEFAULT '{}',
    groups               text[]      NOT NULL DEFAULT '{}',
    locked_at            timestamptz,
    made_at              timestamptz NOT NULL DEFAULT now()
);

-- Wrong passwords by the name that was tried, known or not, so that both look alike.
CREATE TABLE login_failure (
    username_key  text        PRIMARY KEY,
    failures      integer     NOT NULL,
    expires_at    timestamptz NOT NULL           -- the window's end
);
CREATE INDEX login_failure_expires ON login_failure (expires_at);

-- Addresses (an IPv4 address or an IPv6 /64) from which somebody signed in: they pass by the account's throttle.
CREATE TABLE known_address (
    account_id  text        NOT NULL REFERENCES account ON DELETE CASCADE,
    address     text        NOT NULL,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, address)
);
CREATE INDEX known_address_expires ON known_address (expires_at);

CREATE TABLE session (
    id          text        PRIMARY KEY,
    account_id  text        NOT NULL REFERENCES account ON DELETE CASCADE,
    made_at     timestamptz NOT NULL DEFAULT now(),
    auth_time   timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,
    ended_at    timestamptz
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expires ON session (expires_at);

-- A grant to a client that lives on through its refresh tokens. A session that expires leaves it alive; one that is ended does not.
CREATE TABLE refresh_family (
    id          text        PRIMARY KEY,
    session_id  text        NOT NULL,
    account_id  text        NOT NULL REFERENCES account ON DELETE CASCADE,
    client_id   text        NOT NULL,
    scopes      text[]      NOT NULL,
    audience    text[]      NOT NULL,
    made_at     timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,            -- absolute
    revoked_at  timestamptz
);
CREATE INDEX refresh_family_account ON refresh_family (account_id);
CREATE INDEX refresh_family_session ON refresh_family (session_id);
CREATE INDEX refresh_family_expires ON refresh_family (expires_at);

CREATE TABLE refresh_token (
    token_hash   bytea       PRIMARY KEY,        -- SHA-256; the token itself is never stored
    family_id    text        NOT NULL REFERENCES refresh_family ON DELETE CASCADE,
    parent_hash  bytea,
    made_at      timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,           -- idle
    used_at      timestamptz,                    -- when its successor was first given
    closed_at    timestamptz                     -- when its successor was first used: the grace is over
);
CREATE INDEX refresh_token_family  ON refresh_token (family_id);
CREATE INDEX refresh_token_expires ON refresh_token (expires_at);

-- The log of revocations. `at_xid` lets a reader ask "what have I not seen", whatever order transactions commit in.
CREATE TABLE revocation (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at_xid      xid8        NOT NULL DEFAULT pg_current_xact_id(),
    kind        text        NOT NULL CHECK (kind IN ('token', 'session', 'subject', 'client', 'everything')),
    value       text        NOT NULL,            -- jti, session id, subject, client id, or empty
    before      timestamptz,                     -- for subject, client and everything
    expires_at  timestamptz NOT NULL,            -- no token it names can live longer
    made_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX revocation_xid     ON revocation (at_xid);
CREATE INDEX revocation_expires ON revocation (expires_at);

CREATE TABLE audit_event (
    id      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT now(),
    kind    text        NOT NULL,
    actor   text,
    target  text,
    source  text,                                -- an address, `cli`, `file` or `system`
    detail  jsonb       NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_event_at ON audit_event (at);

-- Whoever writes, every node hears of it.
CREATE FUNCTION tell_revocation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('gatehouse_revocation', '');
    RETURN NULL;
END $$;
CREATE TRIGGER revocation_told AFTER INSERT ON revocation FOR EACH STATEMENT EXECUTE FUNCTION tell_revocation();

CREATE FUNCTION tell_signing_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('gatehouse_signing_key', '');
    RETURN NULL;
END $$;
CREATE TRIGGER signing_key_told AFTER INSERT OR UPDATE OR DELETE ON signing_key FOR EACH STATEMENT EXECUTE FUNCTION tell_signing_key();
