-- Devices, the agents on them, what they report.
-- Tables that grow with time refer to `no` (small integers); ids are for the outside.

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE site (
    id            TEXT    NOT NULL PRIMARY KEY,
    parent_id     TEXT    REFERENCES site (id), -- NULL: the root (headquarters).
    name          TEXT    NOT NULL,
    created_at_ms INTEGER NOT NULL
) STRICT;

INSERT INTO site (id, parent_id, name, created_at_ms) VALUES ('root', NULL, '', 0);

CREATE TABLE device (
    no              INTEGER NOT NULL PRIMARY KEY,
    id              TEXT    NOT NULL UNIQUE,
    site_id         TEXT    NOT NULL REFERENCES site (id),
    class           TEXT    NOT NULL CHECK (class IN ('agent', 'snapshot', 'ledger')),
    display_name    TEXT    NOT NULL, -- Given by people; empty: the hostname is shown.
    created_at_ms   INTEGER NOT NULL,
    cloned_since_ms INTEGER,          -- Two holders of one certificate; nothing resolves meanwhile.
    cloned_detail   TEXT    NOT NULL DEFAULT ''
) STRICT;

-- One enrolled key pair. What the agent says about itself is in agent_live.
CREATE TABLE agent (
    no                   INTEGER NOT NULL PRIMARY KEY,
    id                   TEXT    NOT NULL UNIQUE,
    device_no            INTEGER NOT NULL REFERENCES device (no),
    status               TEXT    NOT NULL CHECK (status IN ('waiting', 'approved', 'revoked')),
    status_changed_at_ms INTEGER NOT NULL,
    created_at_ms        INTEGER NOT NULL
) STRICT;

CREATE INDEX agent_by_device ON agent (device_no);

-- The newest of what changes all the time; written in batches from memory.
CREATE TABLE agent_live (
    agent_no        INTEGER NOT NULL PRIMARY KEY REFERENCES agent (no),
    last_seen_ms    INTEGER NOT NULL,
    version         TEXT    NOT NULL,
    boot_id         TEXT    NOT NULL,
    address         TEXT    NOT NULL, -- Where the connection came from.
    clock_offset_ms INTEGER,          -- The device's clock minus ours.
    stopped_reason  TEXT,             -- It said goodbye: "shutdown"; NULL: it did not.
    footprint       TEXT              -- JSON of wire::Footprint.
) STRICT;

-- One life of an agent's spool.
CREATE TABLE stream (
    no                INTEGER NOT NULL PRIMARY KEY,
    agent_no          INTEGER NOT NULL REFERENCES agent (no),
    id                TEXT    NOT NULL,
    state             TEXT    NOT NULL CHECK (state IN ('live', 'superseded', 'conflict')),
    begun_at_ms       INTEGER NOT NULL,
    last_report_at_ms INTEGER NOT NULL,
    last_seq          INTEGER NOT NULL, -- Of the highest durable report, up to the last fold.
    recent            TEXT    NOT NULL, -- "seq:digest …" of the newest reports, for retries.
    event_high        INTEGER NOT NULL, -- Events up to this number are stored or counted as lost.
    reports           INTEGER NOT NULL, -- Acknowledged, up to the last fold.
    events            INTEGER NOT NULL, -- Stored.
    boot_id           TEXT    NOT NULL,
    boot_id_before    TEXT    NOT NULL,
    UNIQUE (agent_no, id)
) STRICT;

-- Reports acknowledged since the last fold into `stream`: an unchanged heartbeat costs one short
-- row at the end of this table.
CREATE TABLE report_log (
    no        INTEGER NOT NULL PRIMARY KEY,
    stream_no INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    digest    INTEGER NOT NULL, -- First 64 bits of the content's SHA-256.
    at_ms     INTEGER NOT NULL
) STRICT;

-- Section bodies, each text once however many devices and days have it. `packed` is the JSON in
-- zlib form (RFC 1950).
CREATE TABLE section_body (
    no         INTEGER NOT NULL PRIMARY KEY,
    digest     TEXT    NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL, -- Of the JSON.
    packed     BLOB    NOT NULL
) STRICT;

-- Which body a device's section has now.
CREATE TABLE section_current (
    device_no      INTEGER NOT NULL REFERENCES device (no),
    section        TEXT    NOT NULL,
    body_no        INTEGER NOT NULL REFERENCES section_body (no),
    received_at_ms INTEGER NOT NULL,
    PRIMARY KEY (device_no, section)
) STRICT, WITHOUT ROWID;

CREATE INDEX section_current_by_body ON section_current (body_no);

-- Which body it had from when; until the next row of the same section.
CREATE TABLE section_history (
    device_no      INTEGER NOT NULL REFERENCES device (no),
    section        TEXT    NOT NULL,
    received_at_ms INTEGER NOT NULL,
    body_no        INTEGER NOT NULL REFERENCES section_body (no),
    PRIMARY KEY (device_no, section, received_at_ms)
) STRICT, WITHOUT ROWID;

CREATE INDEX section_history_by_body ON section_history (body_no);

CREATE TABLE event (
    no             INTEGER NOT NULL PRIMARY KEY, -- Rises in the order of arrival.
    stream_no      INTEGER NOT NULL REFERENCES stream (no),
    number         INTEGER NOT NULL,
    device_no      INTEGER NOT NULL REFERENCES device (no),
    at_ms          INTEGER NOT NULL, -- By the device's clock.
    received_at_ms INTEGER NOT NULL,
    kind           TEXT    NOT NULL, -- Name of wire::EventKind.
    body           TEXT    NOT NULL, -- JSON of wire::Event without number, at, kind.
    UNIQUE (stream_no, number)
) STRICT;

CREATE INDEX event_by_device ON event (device_no, no);
CREATE INDEX event_by_kind ON event (kind, no);

-- Events that the agent had to drop, as it told us.
CREATE TABLE lost_events (
    stream_no      INTEGER NOT NULL REFERENCES stream (no),
    first          INTEGER NOT NULL,
    last           INTEGER NOT NULL,
    device_no      INTEGER NOT NULL REFERENCES device (no),
    count          INTEGER NOT NULL,
    since_ms       INTEGER NOT NULL, -- Device time of the oldest.
    until_ms       INTEGER NOT NULL,
    received_at_ms INTEGER NOT NULL,
    why            TEXT    NOT NULL,
    PRIMARY KEY (stream_no, first)
) STRICT, WITHOUT ROWID;

CREATE INDEX lost_events_by_device ON lost_events (device_no);

-- What ingest noticed and rules turn into findings. Equal ones (device, kind) of one day are
-- counted in one row, so a misbehaving agent cannot fill the table.
CREATE TABLE incident (
    no          INTEGER NOT NULL PRIMARY KEY,
    device_no   INTEGER NOT NULL REFERENCES device (no),
    agent_no    INTEGER REFERENCES agent (no),
    kind        TEXT    NOT NULL, -- "sequence_gap", "stream_went_back", …
    stream_id   TEXT    NOT NULL,
    detail      TEXT    NOT NULL, -- One line for people who know computers; of the newest one.
    events      INTEGER NOT NULL, -- How many are missing; 0: not known.
    first_at_ms INTEGER NOT NULL,
    last_at_ms  INTEGER NOT NULL,
    count       INTEGER NOT NULL
) STRICT;

CREATE INDEX incident_by_device ON incident (device_no, kind, last_at_ms);

-- One row a device with all that lists show, so that no list page joins.
CREATE TABLE device_summary (
    device_no              INTEGER NOT NULL PRIMARY KEY REFERENCES device (no),
    id                     TEXT    NOT NULL UNIQUE,
    site_id                TEXT    NOT NULL,
    class                  TEXT    NOT NULL,
    name                   TEXT    NOT NULL, -- Display name, else hostname, else id.
    hostname               TEXT    NOT NULL,
    domain                 TEXT    NOT NULL,
    os                     TEXT    NOT NULL, -- For people: "Debian GNU/Linux 12 (bookworm)".
    os_version             TEXT    NOT NULL, -- "22H2 (19045.4529)", "12".
    vendor                 TEXT    NOT NULL,
    model                  TEXT    NOT NULL,
    serial                 TEXT    NOT NULL,
    addresses              TEXT    NOT NULL, -- Without prefix length, separated by spaces.
    macs                   TEXT    NOT NULL,
    antivirus              TEXT    NOT NULL, -- Names of the products, separated by ", ".
    av_pattern_built_at_ms INTEGER,          -- The newest of its products.
    agent_version          TEXT    NOT NULL,
    created_at_ms          INTEGER NOT NULL,
    last_seen_ms           INTEGER,          -- In batches; the exact one is in memory.
    facts_at_ms            INTEGER,          -- When a section changed last.
    cloned                 INTEGER NOT NULL DEFAULT 0,
    -- Written by the judge.
    state                  TEXT    NOT NULL DEFAULT 'unknown'
        CHECK (state IN ('good', 'info', 'warning', 'action', 'silent', 'unknown')),
    open_action            INTEGER NOT NULL DEFAULT 0,
    open_warning           INTEGER NOT NULL DEFAULT 0,
    open_info              INTEGER NOT NULL DEFAULT 0,
    unknown_rules          INTEGER NOT NULL DEFAULT 0,
    judged_at_ms           INTEGER
) STRICT;

CREATE INDEX device_summary_by_name ON device_summary (name);
CREATE INDEX device_summary_by_site ON device_summary (site_id, name);
CREATE INDEX device_summary_by_state ON device_summary (state, name);
CREATE INDEX device_summary_by_last_seen ON device_summary (last_seen_ms);

-- How large the database was on each day, to foresee how long the disk lasts.
CREATE TABLE size_sample (
    day        TEXT    NOT NULL PRIMARY KEY, -- "2026-01-31", UTC.
    at_ms      INTEGER NOT NULL,
    used_bytes INTEGER NOT NULL              -- Without pages that are free to be used again.
) STRICT;
