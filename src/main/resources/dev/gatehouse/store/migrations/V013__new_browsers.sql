-- Whether the owner has been told of a sign-in in that browser, and whether two factors were shown there; who was known before need not be told of.
ALTER TABLE known_device
    ADD COLUMN told        boolean NOT NULL DEFAULT true,
    ADD COLUMN two_factors boolean NOT NULL DEFAULT false;
ALTER TABLE known_device ALTER COLUMN told SET DEFAULT false;

-- Whether anybody ever came in: of the first sign-in of all nobody is told.
ALTER TABLE account ADD COLUMN came_in boolean NOT NULL DEFAULT true;
ALTER TABLE account ALTER COLUMN came_in SET DEFAULT false;

-- Under which name of login_failure wrong passwords and codes are counted of a browser, and of an address, that the account knows. No name has a space in it.
CREATE FUNCTION counted_in(name text, device bytea) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT name || ' in ' || encode(device, 'hex') $$;
CREATE FUNCTION counted_from(name text, address text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT name || ' from ' || address $$;
