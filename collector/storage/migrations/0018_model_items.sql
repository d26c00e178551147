-- What devices have of the things that the profile of their model is about: ports, services that
-- start by themselves, kinds of peers. To judge a device anew, its reports need not be read again.
CREATE TABLE device_item (
    device_no     INTEGER NOT NULL REFERENCES device (no) ON DELETE CASCADE,
    kind          TEXT    NOT NULL CHECK (kind IN ('port', 'service', 'peer')),
    value         TEXT    NOT NULL, -- As profile_item.value: "cups (cupsd)".
    first_seen_ms INTEGER NOT NULL,
    PRIMARY KEY (device_no, kind, value)
) STRICT, WITHOUT ROWID;

CREATE INDEX device_item_by_value ON device_item (kind, value);

-- As programs_body_no and programs_unread.
ALTER TABLE judged ADD COLUMN listeners_body_no INTEGER NOT NULL DEFAULT 0;
ALTER TABLE judged ADD COLUMN services_body_no INTEGER NOT NULL DEFAULT 0;
ALTER TABLE judged ADD COLUMN peers_body_no INTEGER NOT NULL DEFAULT 0;
ALTER TABLE judged ADD COLUMN services_unread TEXT NOT NULL DEFAULT '';
ALTER TABLE judged ADD COLUMN peers_unread TEXT NOT NULL DEFAULT '';

-- Perhaps it has items that the profile of its model lacks; 0: certainly none.
ALTER TABLE judged ADD COLUMN items_unusual INTEGER NOT NULL DEFAULT 1;
