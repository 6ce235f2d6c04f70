-- The administrators: whoever has the role `admin`, may sign in and is not about to leave. Once there is one there always is one, whatever statement says otherwise.
CREATE INDEX account_administrator ON account (username_key) WHERE 'admin' = ANY (roles);

-- Removals come one after the other. Each looks after it has the lock, and so sees what the one before it has done.
CREATE FUNCTION keep_an_administrator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7160311284206143812);
    IF NOT EXISTS (
        SELECT FROM account
         WHERE 'admin' = ANY (roles) AND locked_at IS NULL AND leaves_at IS NULL AND id <> OLD.id) THEN
        RAISE EXCEPTION 'the last administrator stays' USING ERRCODE = 'GH001';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER account_administrator_changed BEFORE UPDATE OF roles, locked_at, leaves_at ON account FOR EACH ROW
    WHEN ('admin' = ANY (OLD.roles) AND OLD.locked_at IS NULL AND OLD.leaves_at IS NULL
          AND NOT ('admin' = ANY (NEW.roles) AND NEW.locked_at IS NULL AND NEW.leaves_at IS NULL))
    EXECUTE FUNCTION keep_an_administrator();
CREATE TRIGGER account_administrator_deleted BEFORE DELETE ON account FOR EACH ROW
    WHEN ('admin' = ANY (OLD.roles) AND OLD.locked_at IS NULL AND OLD.leaves_at IS NULL)
    EXECUTE FUNCTION keep_an_administrator();

-- Passwords whose hashes came from elsewhere, until their owners sign in.
CREATE INDEX account_hash_from_elsewhere ON account (id) WHERE password_hash NOT LIKE '$argon2id$v=19$m=19456,t=2,p=1$%';

-- Links that whoever runs the host is shown: to the first administrator's account, or to a new password for the one account that is named.
CREATE TABLE setup_link (
    hash        bytea       PRIMARY KEY,                           -- SHA-256; the secret itself is never stored
    account_id  text        REFERENCES account ON DELETE CASCADE,
    made_at     timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL
);
CREATE INDEX setup_link_account ON setup_link (account_id);
CREATE INDEX setup_link_expires ON setup_link (expires_at);
