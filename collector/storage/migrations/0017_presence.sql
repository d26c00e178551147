-- A silent device that others on its network still see: it runs, and its agent does not.
CREATE TABLE device_sighted (
    device_no    INTEGER NOT NULL PRIMARY KEY REFERENCES device (no) ON DELETE CASCADE,
    seen_ms      INTEGER NOT NULL, -- The first time after its last report.
    by_device_no INTEGER NOT NULL REFERENCES device (no) ON DELETE CASCADE
) STRICT;

-- What rules about the collector look for in the record of changes.
CREATE INDEX change_log_looked_for ON change_log (action, no)
WHERE action IN ('session.begin_local', 'backup.made');

-- The hours of the week in which a device is usually heard.
CREATE TABLE device_hours (
    device_no INTEGER NOT NULL PRIMARY KEY REFERENCES device (no) ON DELETE CASCADE,
    weeks     TEXT    NOT NULL -- 168 pairs of hexadecimal digits; see collector/rules/usual_hours.hpp.
) STRICT;
