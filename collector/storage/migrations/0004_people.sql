-- People who may sign in, and who is signed in.

CREATE TABLE person (
    id                 TEXT    NOT NULL PRIMARY KEY,
    name               TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    role               TEXT    NOT NULL
        CHECK (role IN ('viewer', 'department', 'operator', 'administrator', 'auditor')),
    password           TEXT    NOT NULL, -- scrypt$…; see common/crypto/password.hpp.
    disabled           INTEGER NOT NULL DEFAULT 0,
    created_at_ms      INTEGER NOT NULL,
    password_set_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE sign_in (
    token_hash      TEXT    NOT NULL PRIMARY KEY, -- SHA-256: the cookie itself is nowhere stored.
    person_id       TEXT    NOT NULL REFERENCES person (id),
    csrf            TEXT    NOT NULL,
    address         TEXT    NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    last_used_at_ms INTEGER NOT NULL,
    expires_at_ms   INTEGER NOT NULL
) STRICT;

CREATE INDEX sign_in_by_person ON sign_in (person_id);

-- Who changed what.
CREATE TABLE change_log (
    no     INTEGER NOT NULL PRIMARY KEY,
    at_ms  INTEGER NOT NULL,
    who    TEXT    NOT NULL, -- Name of the person; "local:0" for the local socket.
    action TEXT    NOT NULL, -- "enrolment_key.create"
    detail TEXT    NOT NULL  -- Never secrets.
) STRICT;
