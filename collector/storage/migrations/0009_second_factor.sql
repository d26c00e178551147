-- One-time passwords of an authenticator, and tokens for programs.

CREATE TABLE second_factor (
    person_id     TEXT    NOT NULL PRIMARY KEY REFERENCES person (id),
    secret        TEXT    NOT NULL, -- Base32; the authenticator has the same.
    confirmed     INTEGER NOT NULL, -- 0: shown, and no code of it seen yet.
    used_step     INTEGER NOT NULL, -- Of the newest code that was taken.
    created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- For who has lost the authenticator: each is good once.
CREATE TABLE recovery_code (
    person_id TEXT NOT NULL REFERENCES person (id),
    code_hash TEXT NOT NULL, -- SHA-256.
    PRIMARY KEY (person_id, code_hash)
) STRICT, WITHOUT ROWID;

-- What a program shows in place of a person's sign-in.
CREATE TABLE api_token (
    no              INTEGER NOT NULL PRIMARY KEY,
    person_id       TEXT    NOT NULL REFERENCES person (id),
    name            TEXT    NOT NULL,
    role            TEXT    NOT NULL, -- Never more than the person's own.
    token_hash      TEXT    NOT NULL UNIQUE, -- SHA-256; the token itself is nowhere stored.
    hint            TEXT    NOT NULL,        -- Its last five characters.
    created_at_ms   INTEGER NOT NULL,
    expires_at_ms   INTEGER NOT NULL,
    last_used_at_ms INTEGER,
    last_used_from  TEXT    NOT NULL DEFAULT '',
    revoked_at_ms   INTEGER
) STRICT;

CREATE TABLE api_token_site (
    token_no INTEGER NOT NULL REFERENCES api_token (no),
    site_id  TEXT    NOT NULL REFERENCES site (id),
    PRIMARY KEY (token_no, site_id)
) STRICT, WITHOUT ROWID;
