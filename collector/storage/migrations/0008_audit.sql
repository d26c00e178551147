-- The record of changes as a chain. Entries from before get their hash with the next one.
ALTER TABLE change_log ADD COLUMN hash TEXT NOT NULL DEFAULT ''; -- Of the entry and the one before.

-- What the collector signed: the newest entry of a day.
CREATE TABLE change_head (
    no           INTEGER NOT NULL PRIMARY KEY, -- Of the entry.
    hash         TEXT    NOT NULL,
    signed_at_ms INTEGER NOT NULL,
    key          TEXT    NOT NULL, -- Public half, hexadecimal.
    signature    TEXT    NOT NULL  -- Ed25519, hexadecimal.
) STRICT;
