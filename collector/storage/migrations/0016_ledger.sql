-- What people know of a device, one row a device, and what they changed.
-- The department is the device's site, its name is device.display_name.

CREATE TABLE ledger (
    device_no      INTEGER NOT NULL PRIMARY KEY REFERENCES device (no),
    version        INTEGER NOT NULL DEFAULT 0,  -- Rises with each change.
    kind           TEXT    NOT NULL DEFAULT '', -- "PC", "infusion pump": as the hospital calls it.
    place          TEXT    NOT NULL DEFAULT '',
    owner          TEXT    NOT NULL DEFAULT '', -- Who answers for it.
    supplier       TEXT    NOT NULL DEFAULT '',
    contract       TEXT    NOT NULL DEFAULT '', -- What maintenance includes.
    contract_until TEXT    NOT NULL DEFAULT '', -- "2027-03-31".
    bought_year    TEXT    NOT NULL DEFAULT '', -- "2017".
    renewal_year   TEXT    NOT NULL DEFAULT '', -- Fiscal year in which it is to be replaced.
    asset_number   TEXT    NOT NULL DEFAULT '', -- In the register of fixed assets.
    me_number      TEXT    NOT NULL DEFAULT '', -- In the register of medical devices.
    note           TEXT    NOT NULL DEFAULT ''
) STRICT;

INSERT INTO ledger (device_no) SELECT no FROM device WHERE class <> 'site';

-- Many changes that were made together, and can be undone together for a while.
CREATE TABLE ledger_batch (
    no           INTEGER NOT NULL PRIMARY KEY,
    kind         TEXT    NOT NULL CHECK (kind IN ('bulk', 'import')),
    person_id    TEXT    NOT NULL, -- Empty: at the local socket.
    who          TEXT    NOT NULL,
    at_ms        INTEGER NOT NULL,
    added        INTEGER NOT NULL, -- Devices.
    changed      INTEGER NOT NULL, -- Devices.
    undone_at_ms INTEGER,
    undone_by    TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE ledger_change (
    no        INTEGER NOT NULL PRIMARY KEY,
    device_no INTEGER NOT NULL REFERENCES device (no),
    version   INTEGER NOT NULL, -- Of the row after it.
    batch_no  INTEGER REFERENCES ledger_batch (no),
    at_ms     INTEGER NOT NULL,
    who       TEXT    NOT NULL,
    field     TEXT    NOT NULL, -- "place"; "added" for the device itself.
    was       TEXT    NOT NULL,
    is_now    TEXT    NOT NULL
) STRICT;

CREATE INDEX ledger_change_by_device ON ledger_change (device_no, version);
CREATE INDEX ledger_change_by_batch ON ledger_change (batch_no) WHERE batch_no IS NOT NULL;

-- A filter, an order and columns under a name.
CREATE TABLE saved_view (
    no        INTEGER NOT NULL PRIMARY KEY,
    list      TEXT    NOT NULL, -- "devices"
    person_id TEXT    NOT NULL, -- Whose it is; empty: of the local socket.
    who       TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    shared    INTEGER NOT NULL, -- Everybody may look through it, its owner alone changes it.
    filter    TEXT    NOT NULL,
    sort      TEXT    NOT NULL,
    columns   TEXT    NOT NULL, -- Names, separated by commas.
    at_ms     INTEGER NOT NULL,
    UNIQUE (list, person_id, name)
) STRICT;
