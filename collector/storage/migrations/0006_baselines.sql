-- What devices and models usually have, and findings about a site or the collector itself.

-- A site has one row among the devices, so that findings about it are stored, listed and told like
-- all others. SQLite cannot change a CHECK in another way (sqlite.org/lang_altertable.html).
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql, '''ledger'')', '''ledger'', ''site'')')
WHERE type = 'table' AND name = 'device';
PRAGMA writable_schema = RESET;

-- What a device has or had, and when that was seen there first: what comes after its first weeks is
-- a change.
CREATE TABLE sighting (
    device_no     INTEGER NOT NULL REFERENCES device (no),
    kind          TEXT    NOT NULL CHECK (kind IN ('network', 'administrator')),
    value         TEXT    NOT NULL, -- "10.20.7.0/24"; a SID or uid.
    first_seen_ms INTEGER NOT NULL,
    PRIMARY KEY (device_no, kind, value)
) STRICT, WITHOUT ROWID;

-- What is usual on all devices of a model.
CREATE TABLE profile_item (
    model_no INTEGER NOT NULL REFERENCES model (no),
    kind     TEXT    NOT NULL CHECK (kind IN ('port', 'service', 'peer', 'program')),
    value    TEXT    NOT NULL, -- "tcp/445"
    source   TEXT    NOT NULL CHECK (source IN ('learned', 'imported', 'approved')),
    since_ms INTEGER NOT NULL,
    set_by   TEXT    NOT NULL, -- Empty: learned.
    PRIMARY KEY (model_no, kind, value)
) STRICT, WITHOUT ROWID;

-- Addresses of our own devices, to find those that two of them have.
CREATE TABLE device_address (
    address   TEXT    NOT NULL,
    device_no INTEGER NOT NULL REFERENCES device (no),
    PRIMARY KEY (address, device_no)
) STRICT, WITHOUT ROWID;

CREATE INDEX device_address_by_device ON device_address (device_no);

-- As device_summary.addresses when they were taken into device_address.
ALTER TABLE judged ADD COLUMN addresses TEXT NOT NULL DEFAULT '';

CREATE INDEX event_detection ON event (device_no, no) WHERE kind = 'antivirus_detection';
