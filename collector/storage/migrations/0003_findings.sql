-- What rules found, what people did about it, and what the site knows about programs, media and
-- neighbours.

-- One row per device, rule and subject: what was resolved and comes back is opened again.
CREATE TABLE finding (
    no             INTEGER NOT NULL PRIMARY KEY,
    id             TEXT    NOT NULL UNIQUE,
    device_no      INTEGER NOT NULL REFERENCES device (no),
    rule           TEXT    NOT NULL,
    subject        TEXT    NOT NULL, -- Empty when the rule finds one thing per device.
    severity       INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 2), -- info, warning, action
    state          TEXT    NOT NULL
        CHECK (state IN ('open', 'acknowledged', 'snoozed', 'waived', 'resolved')),
    evidence       TEXT    NOT NULL, -- JSON object of strings.
    data_day       TEXT,             -- Of the knowledge it rests on: "2026-11-10".
    happened_at_ms INTEGER,
    first_seen_ms  INTEGER NOT NULL,
    opened_at_ms   INTEGER NOT NULL, -- This time.
    last_seen_ms   INTEGER NOT NULL, -- Up to an hour old.
    resolved_at_ms INTEGER,
    resolved_by    TEXT    NOT NULL DEFAULT '', -- "facts", or a person's name.
    reopened       INTEGER NOT NULL DEFAULT 0,
    owner          TEXT    NOT NULL DEFAULT '',
    due_day        TEXT,
    until_ms       INTEGER,          -- End of snoozing or of the waiver.
    reason         TEXT    NOT NULL DEFAULT '',
    alerted        INTEGER NOT NULL DEFAULT 0,
    UNIQUE (device_no, rule, subject)
) STRICT;

CREATE INDEX finding_active ON finding (device_no) WHERE state <> 'resolved';
CREATE INDEX finding_by_state ON finding (state, severity, opened_at_ms);
CREATE INDEX finding_by_rule ON finding (rule, state);

-- What happened to a finding.
CREATE TABLE finding_change (
    no         INTEGER NOT NULL PRIMARY KEY,
    finding_no INTEGER NOT NULL REFERENCES finding (no),
    at_ms      INTEGER NOT NULL,
    what       TEXT    NOT NULL, -- "opened", "worsened", "acknowledge", …
    who        TEXT    NOT NULL, -- Empty: the rules.
    note       TEXT    NOT NULL
) STRICT;

CREATE INDEX finding_change_by_finding ON finding_change (finding_no);

-- Device models and how long their programs are learned.
CREATE TABLE model (
    no                INTEGER NOT NULL PRIMARY KEY,
    name              TEXT    NOT NULL UNIQUE, -- Vendor and model; empty: not known.
    first_device_ms   INTEGER NOT NULL,
    learning_until_ms INTEGER,                 -- Set by a person; NULL: as the policy says.
    set_by            TEXT    NOT NULL DEFAULT ''
) STRICT;

-- How far the judge has read a device, and what it found.
CREATE TABLE judged (
    device_no          INTEGER NOT NULL PRIMARY KEY REFERENCES device (no),
    model_no           INTEGER NOT NULL REFERENCES model (no),
    macs               TEXT    NOT NULL, -- As in device_summary; taken into device_mac.
    event_no           INTEGER NOT NULL, -- Events up to this `event.no` have been looked at.
    programs_body_no   INTEGER NOT NULL, -- Section bodies that have been taken in; 0: none.
    usb_body_no        INTEGER NOT NULL,
    neighbours_body_no INTEGER NOT NULL,
    programs_unread    TEXT    NOT NULL, -- Why the list is not known; empty: it is.
    neighbours_unread  TEXT    NOT NULL,
    programs_not_kept  INTEGER NOT NULL,
    strangers_not_kept INTEGER NOT NULL,
    verdicts           TEXT    NOT NULL  -- JSON: per rule good, bad, not_applicable or unknown.
) STRICT;

CREATE INDEX judged_by_model ON judged (model_no);

-- Programs as they are told apart: by path, content and who signed or packaged them.
CREATE TABLE program (
    no            INTEGER NOT NULL PRIMARY KEY,
    line          INTEGER NOT NULL, -- Equal for all versions of one signed program.
    path          TEXT    NOT NULL,
    sha256        TEXT    NOT NULL, -- Empty while not read.
    signer        TEXT    NOT NULL,
    user_place    INTEGER NOT NULL, -- People can put programs there without being administrators.
    product       TEXT    NOT NULL,
    company       TEXT    NOT NULL,
    version       TEXT    NOT NULL,
    parent        TEXT    NOT NULL, -- Of the first one that was seen.
    first_seen_ms INTEGER NOT NULL, -- On any device.
    UNIQUE (path, sha256, signer, user_place)
) STRICT;

CREATE INDEX program_by_line ON program (line);

CREATE TABLE device_program (
    device_no     INTEGER NOT NULL REFERENCES device (no),
    program_no    INTEGER NOT NULL REFERENCES program (no),
    first_seen_ms INTEGER NOT NULL,
    PRIMARY KEY (device_no, program_no)
) STRICT, WITHOUT ROWID;

CREATE INDEX device_program_by_program ON device_program (program_no);

-- Programs that people allow or refuse.
CREATE TABLE program_decision (
    no            INTEGER NOT NULL PRIMARY KEY,
    decision      TEXT    NOT NULL CHECK (decision IN ('allow', 'refuse')),
    kind          TEXT    NOT NULL CHECK (kind IN ('hash', 'signer', 'path')),
    value         TEXT    NOT NULL,
    scope         TEXT    NOT NULL CHECK (scope IN ('device', 'model', 'site')),
    scope_value   TEXT    NOT NULL, -- Device id, model name, or id of a site or department.
    until_ms      INTEGER,          -- NULL: until it is ended.
    reason        TEXT    NOT NULL,
    decided_by    TEXT    NOT NULL,
    decided_at_ms INTEGER NOT NULL,
    ended_by      TEXT    NOT NULL DEFAULT '',
    ended_at_ms   INTEGER
) STRICT;

-- USB media: those that belong to the hospital, and those that devices have seen.
CREATE TABLE medium (
    no               INTEGER NOT NULL PRIMARY KEY,
    vendor_id        TEXT    NOT NULL,
    product_id       TEXT    NOT NULL,
    serial           TEXT    NOT NULL,
    label            TEXT    NOT NULL, -- What people call it.
    until_ms         INTEGER,
    registered_by    TEXT    NOT NULL,
    registered_at_ms INTEGER NOT NULL,
    removed_by       TEXT    NOT NULL DEFAULT '',
    removed_at_ms    INTEGER
) STRICT;

CREATE INDEX medium_by_serial ON medium (serial);

CREATE TABLE device_medium (
    device_no        INTEGER NOT NULL REFERENCES device (no),
    vendor_id        TEXT    NOT NULL,
    product_id       TEXT    NOT NULL,
    serial           TEXT    NOT NULL, -- Empty: it has none.
    body             TEXT    NOT NULL, -- JSON of wire::UsbDevice.
    last_attached_ms INTEGER NOT NULL,
    PRIMARY KEY (device_no, vendor_id, product_id, serial)
) STRICT, WITHOUT ROWID;

CREATE INDEX device_medium_by_serial ON device_medium (serial);

-- Network neighbours: those that people know, and those that nobody does.
CREATE TABLE neighbour (
    no             INTEGER NOT NULL PRIMARY KEY,
    mac            TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    until_ms       INTEGER,
    approved_by    TEXT    NOT NULL,
    approved_at_ms INTEGER NOT NULL,
    removed_by     TEXT    NOT NULL DEFAULT '',
    removed_at_ms  INTEGER
) STRICT;

CREATE INDEX neighbour_by_mac ON neighbour (mac);

-- Network addresses of our own devices.
CREATE TABLE device_mac (
    mac       TEXT    NOT NULL,
    device_no INTEGER NOT NULL REFERENCES device (no),
    PRIMARY KEY (mac, device_no)
) STRICT, WITHOUT ROWID;

CREATE INDEX device_mac_by_device ON device_mac (device_no);

CREATE TABLE stranger (
    mac           TEXT    NOT NULL PRIMARY KEY,
    device_no     INTEGER NOT NULL REFERENCES device (no), -- Which saw it first.
    address       TEXT    NOT NULL,
    first_seen_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX stranger_by_device ON stranger (device_no);
