-- The log of revocations is read in the order of (at_xid, id): with both in the index a page is read off it. By at_xid alone, everything that one transaction wrote was
-- sorted anew for each page.
DROP INDEX revocation_xid;
CREATE INDEX revocation_in_order ON revocation (at_xid, id);
