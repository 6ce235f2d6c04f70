-- What people look up and take back by themselves.

-- What happened to an account, and what its owner did.
CREATE INDEX audit_event_target ON audit_event (target, id) WHERE target IS NOT NULL;
CREATE INDEX audit_event_actor  ON audit_event (actor, id)  WHERE actor IS NOT NULL;

-- `consent`: what one client has of one person, both named in `value`, issued up to `before`.
ALTER TABLE revocation DROP CONSTRAINT revocation_kind_check;
ALTER TABLE revocation ADD CONSTRAINT revocation_kind_check
    CHECK (kind IN ('token', 'session', 'grant', 'consent', 'subject', 'client', 'everything'));
