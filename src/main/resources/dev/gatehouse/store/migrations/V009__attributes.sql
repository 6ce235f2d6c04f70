-- What operators say of people, for claims of their tokens.
ALTER TABLE account ADD COLUMN attributes jsonb NOT NULL DEFAULT '{}';
