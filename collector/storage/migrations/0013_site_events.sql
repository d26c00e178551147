-- Many devices of a site that fell silent at once: a power cut, a switch.
CREATE TABLE site_event (
    no           INTEGER NOT NULL PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE,
    site_id      TEXT    NOT NULL REFERENCES site (id) ON DELETE CASCADE,
    whole        INTEGER NOT NULL, -- The root and everything below it, not only its own devices.
    began_at_ms  INTEGER NOT NULL, -- When the first of its devices was heard last.
    opened_at_ms INTEGER NOT NULL,
    listed_at_ms INTEGER,          -- People were told who is back; NULL: not yet.
    closed_at_ms INTEGER,
    closed_by    TEXT    NOT NULL DEFAULT '' -- "facts", or a person's name.
) STRICT;

CREATE INDEX site_event_open ON site_event (no) WHERE closed_at_ms IS NULL;

CREATE TABLE site_event_member (
    event_no      INTEGER NOT NULL REFERENCES site_event (no) ON DELETE CASCADE,
    device_no     INTEGER NOT NULL REFERENCES device (no),
    last_heard_ms INTEGER NOT NULL,
    back_at_ms    INTEGER, -- NULL: not back.
    PRIMARY KEY (event_no, device_no)
) STRICT, WITHOUT ROWID;

CREATE INDEX site_event_member_by_device ON site_event_member (device_no);
