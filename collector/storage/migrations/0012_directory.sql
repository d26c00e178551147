-- People whom a directory (LDAP, Active Directory) lets in. Their password is not here.
ALTER TABLE person ADD COLUMN source TEXT NOT NULL DEFAULT 'local'
    CHECK (source IN ('local', 'directory'));
ALTER TABLE person ADD COLUMN directory_id TEXT; -- Stays when the account is renamed; hexadecimal.
ALTER TABLE person ADD COLUMN barred INTEGER NOT NULL DEFAULT 0; -- The directory lets them in no more.
ALTER TABLE person ADD COLUMN directory_seen_at_ms INTEGER; -- When it last said who this is.

CREATE UNIQUE INDEX person_directory_id ON person (directory_id);
