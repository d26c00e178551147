-- How machines get and keep their certificates.

-- Known to many people, so by default it only opens the door to the approval queue.
CREATE TABLE enrolment_key (
    no                 INTEGER NOT NULL PRIMARY KEY,
    site_id            TEXT    NOT NULL REFERENCES site (id),
    note               TEXT    NOT NULL,
    secret_hash        TEXT    NOT NULL UNIQUE, -- SHA-256; the key itself is nowhere stored.
    hint               TEXT    NOT NULL,        -- Its last five characters.
    ranges             TEXT    NOT NULL,        -- "10.20.0.0/16 2001:db8::/32"; empty: anywhere.
    uses_max           INTEGER NOT NULL,
    uses               INTEGER NOT NULL,        -- Devices enrolled with it.
    hourly_max         INTEGER NOT NULL,        -- New requests an hour from one address.
    auto_approve       INTEGER NOT NULL,
    created_at_ms      INTEGER NOT NULL,
    created_by         TEXT    NOT NULL,
    expires_at_ms      INTEGER NOT NULL,
    last_used_at_ms    INTEGER,                 -- Also by who only waits for approval.
    last_used_from     TEXT    NOT NULL,
    revoked_at_ms      INTEGER,
    revoked_by         TEXT    NOT NULL
) STRICT;

-- For one machine, once.
CREATE TABLE ticket (
    no            INTEGER NOT NULL PRIMARY KEY,
    site_id       TEXT    NOT NULL REFERENCES site (id),
    device_no     INTEGER REFERENCES device (no), -- Re-installation of this one; NULL: a new one.
    secret_hash   TEXT    NOT NULL UNIQUE,
    hint          TEXT    NOT NULL,
    hostname      TEXT    NOT NULL, -- Small letters; one of the two is given.
    serial        TEXT    NOT NULL,
    created_at_ms INTEGER NOT NULL,
    created_by    TEXT    NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    used_at_ms    INTEGER,
    used_from     TEXT    NOT NULL,
    used_by       TEXT    NOT NULL, -- Agent id.
    revoked_at_ms INTEGER,
    revoked_by    TEXT    NOT NULL
) STRICT;

-- The approval queue: one row for each key that asks.
CREATE TABLE enrolment_request (
    no               INTEGER NOT NULL PRIMARY KEY,
    kind             TEXT    NOT NULL CHECK (kind IN ('enrol', 'enrol_again', 'renew', 'recover')),
    state            TEXT    NOT NULL CHECK (state IN ('waiting', 'approved', 'rejected')),
    key_fingerprint  TEXT    NOT NULL UNIQUE, -- SHA-256 of the SubjectPublicKeyInfo.
    code             TEXT    NOT NULL,
    enrolment_key_no INTEGER REFERENCES enrolment_key (no),
    agent_id         TEXT    NOT NULL, -- Empty until a new machine is approved.
    site_id          TEXT    NOT NULL REFERENCES site (id),
    address          TEXT    NOT NULL,
    agent_version    TEXT    NOT NULL,
    why              TEXT    NOT NULL, -- Of a renewal that a person has to look at.
    machine          TEXT    NOT NULL, -- JSON of wire::MachineFacts.
    first_asked_at_ms INTEGER NOT NULL,
    last_asked_at_ms INTEGER NOT NULL,
    expires_at_ms    INTEGER NOT NULL,
    decided_at_ms    INTEGER,
    decided_by       TEXT    NOT NULL
) STRICT;

CREATE INDEX enrolment_request_by_address ON enrolment_request (address);
CREATE INDEX enrolment_request_by_key ON enrolment_request (enrolment_key_no);
CREATE INDEX enrolment_request_by_expiry ON enrolment_request (expires_at_ms);

-- What an agent id is bound to, and its newest certificate.
CREATE TABLE agent_identity (
    agent_no            INTEGER NOT NULL PRIMARY KEY REFERENCES agent (no),
    key_fingerprint     TEXT    NOT NULL UNIQUE,
    enrolled_with       TEXT    NOT NULL, -- "key 3", "ticket 5", "recovered".
    secret_hash         TEXT    NOT NULL, -- Of that key or ticket.
    approved_by         TEXT    NOT NULL, -- A person's name; empty: automatically.
    enrolled_from       TEXT    NOT NULL,
    machine             TEXT    NOT NULL, -- JSON of wire::MachineFacts.
    first_issued_at_ms  INTEGER,          -- NULL: approved, and the certificate not yet fetched.
    serial              TEXT    NOT NULL,
    not_before_ms       INTEGER,
    not_after_ms        INTEGER,
    revoked_by          TEXT    NOT NULL,
    revoked_why         TEXT    NOT NULL
) STRICT;

-- What machines are recognised by: matching only, never identity.
CREATE TABLE machine_fact (
    kind      TEXT    NOT NULL,
    value     TEXT    NOT NULL,
    device_no INTEGER NOT NULL REFERENCES device (no),
    PRIMARY KEY (kind, value, device_no)
) STRICT, WITHOUT ROWID;

CREATE INDEX machine_fact_by_device ON machine_fact (device_no);

-- Pairs of devices that a person has told apart.
CREATE TABLE different_machines (
    lower_no   INTEGER NOT NULL REFERENCES device (no),
    higher_no  INTEGER NOT NULL REFERENCES device (no),
    decided_by TEXT    NOT NULL,
    PRIMARY KEY (lower_no, higher_no)
) STRICT, WITHOUT ROWID;
