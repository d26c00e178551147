-- Whether the logs that are sent by syslog were told of a signed head of the record of changes.
-- Those of before this version are not told again.
ALTER TABLE change_head ADD COLUMN told INTEGER NOT NULL DEFAULT 1;

-- Whether the names of people were taken out of what this line of history points at.
ALTER TABLE section_history ADD COLUMN nameless INTEGER NOT NULL DEFAULT 0;

-- How a device was at the end of a day; a day on which nothing changed has no row.
CREATE TABLE device_day (
    device_no INTEGER NOT NULL REFERENCES device (no) ON DELETE CASCADE,
    day TEXT NOT NULL,
    state TEXT NOT NULL, -- As in device_summary; 'none': it was not in use.
    PRIMARY KEY (device_no, day)
) STRICT, WITHOUT ROWID;
