-- Whoever goes takes along what refers to them. These two had no index by which it is found, and were read from end to end for everybody who went.
CREATE INDEX sign_in_account              ON sign_in (account_id)              WHERE account_id IS NOT NULL;
CREATE INDEX device_authorization_account ON device_authorization (account_id) WHERE account_id IS NOT NULL;
