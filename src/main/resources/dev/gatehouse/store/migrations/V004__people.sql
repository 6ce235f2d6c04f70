-- People: their second factors, passkeys, mails, accounts with others, invitations, and sign-ins that are under way.

ALTER TABLE account
    ADD COLUMN language          text,                             -- in which they are written to
    ADD COLUMN terms_version     text,                             -- the one that was accepted last
    ADD COLUMN terms_accepted_at timestamptz,
    ADD COLUMN leaves_at         timestamptz;                      -- asked to be deleted: gone from then on
CREATE INDEX account_email  ON account (lower(email)) WHERE email IS NOT NULL;
CREATE INDEX account_leaves ON account (leaves_at) WHERE leaves_at IS NOT NULL;

-- `second_factor_at` is when a second factor was last given in this session, or a passkey that is as good as two.
ALTER TABLE session ADD COLUMN second_factor_at timestamptz;

-- Whether the owner has been told of a sign-in from there; who was known before need not be told of.
ALTER TABLE known_address ADD COLUMN told boolean NOT NULL DEFAULT true;
ALTER TABLE known_address ALTER COLUMN told SET DEFAULT false;

-- Authenticator apps (RFC 6238). `last_step` is the newest step of which a code was taken: one code is taken once, over all nodes.
CREATE TABLE totp (
    account_id    text        PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    wrapped_seed  bytea       NOT NULL,                            -- under the master key
    last_step     bigint      NOT NULL,
    made_at       timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE recovery_code (
    account_id  text        NOT NULL REFERENCES account ON DELETE CASCADE,
    code_hash   bytea       NOT NULL,
    used_at     timestamptz,
    made_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, code_hash)
);

CREATE TABLE passkey (
    credential_id    bytea       PRIMARY KEY,
    account_id       text        NOT NULL REFERENCES account ON DELETE CASCADE,
    name             text        NOT NULL,
    public_key       bytea       NOT NULL,                         -- COSE_Key (RFC 9052 §7)
    aaguid           text        NOT NULL,
    transports       text[]      NOT NULL DEFAULT '{}',
    sign_count       bigint      NOT NULL,
    backup_eligible  boolean     NOT NULL,
    backed_up        boolean     NOT NULL,
    made_at          timestamptz NOT NULL DEFAULT now(),
    used_at          timestamptz
);
CREATE INDEX passkey_account ON passkey (account_id);

-- Mails to be sent; where they are kept for reading (development), `kept` ones are never sent. What was sent stays for an hour without its text, so that mails
-- can be counted. No reference to the account: what tells of its end outlives it.
CREATE TABLE mail (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id  text        NOT NULL,
    recipient   text        NOT NULL,
    kind        text        NOT NULL,
    wrapped     bytea       NOT NULL,                              -- subject and text under the master key: there are links in them
    attempts    integer     NOT NULL DEFAULT 0,
    made_at     timestamptz NOT NULL DEFAULT now(),
    due_at      timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,
    kept        boolean     NOT NULL DEFAULT false,
    done_at     timestamptz                                        -- sent, or given up
);
CREATE INDEX mail_due       ON mail (due_at) WHERE NOT kept AND done_at IS NULL;
CREATE INDEX mail_kept      ON mail (id) WHERE kept;
CREATE INDEX mail_account   ON mail (account_id, made_at);
CREATE INDEX mail_recipient ON mail (lower(recipient), made_at);
CREATE INDEX mail_expires   ON mail (expires_at);

CREATE FUNCTION tell_mail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('gatehouse_mail', '');
    RETURN NULL;
END $$;
CREATE TRIGGER mail_told AFTER INSERT ON mail FOR EACH STATEMENT EXECUTE FUNCTION tell_mail();

-- Who somebody is with another provider: the pair of issuer and subject, never a mail address.
CREATE TABLE foreign_identity (
    issuer          text        NOT NULL,
    subject         text        NOT NULL,
    account_id      text        NOT NULL REFERENCES account ON DELETE CASCADE,
    provider        text        NOT NULL,                          -- its name in the file
    email           text,
    wrapped_tokens  bytea,                                         -- kept only when the file asks for it
    made_at         timestamptz NOT NULL DEFAULT now(),
    used_at         timestamptz,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX foreign_identity_account ON foreign_identity (account_id);

CREATE TABLE invitation (
    code_hash   bytea       PRIMARY KEY,
    roles       text[]      NOT NULL DEFAULT '{}',
    email       text,                                              -- for this address only
    made_at     timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL
);
CREATE INDEX invitation_expires ON invitation (expires_at);

-- A sign-in between its first proof and its last. `version` moves with every step, so of two tabs that do the same step one does it.
CREATE TABLE sign_in (
    handle_hash   bytea       PRIMARY KEY,
    browser_hash  bytea       NOT NULL,
    account_id    text        REFERENCES account ON DELETE CASCADE,
    state         jsonb       NOT NULL,
    version       integer     NOT NULL DEFAULT 0,
    made_at       timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL
);
CREATE INDEX sign_in_expires ON sign_in (expires_at);
