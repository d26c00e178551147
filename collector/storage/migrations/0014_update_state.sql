-- How current the system of each device is, as the judge worked it out: lists need no facts for it.
ALTER TABLE judged ADD COLUMN support TEXT NOT NULL DEFAULT 'unknown'
    CHECK (support IN ('supported', 'extended_only', 'unsupported', 'unknown'));
ALTER TABLE judged ADD COLUMN support_os TEXT NOT NULL DEFAULT ''; -- "Windows 10 22H2".
ALTER TABLE judged ADD COLUMN support_until TEXT; -- "2027-01-12"; NULL: not known or no end.
ALTER TABLE judged ADD COLUMN support_free INTEGER NOT NULL DEFAULT 0; -- The next version is free.
ALTER TABLE judged ADD COLUMN patched_until TEXT; -- It has the updates of that day; NULL: unknown.

-- What a device that replaces one with this system costs, for the budget list.
CREATE TABLE budget_price (
    os    TEXT    NOT NULL PRIMARY KEY, -- As judged.support_os; empty: any other.
    price INTEGER NOT NULL              -- In yen.
) STRICT;
