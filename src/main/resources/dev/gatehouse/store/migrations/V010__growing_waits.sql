-- How many failures there were without a success or a day of rest between them: each window that follows upon many is longer.
ALTER TABLE login_failure ADD COLUMN in_a_row integer NOT NULL DEFAULT 0;
