-- The reports of months that have ended, as they were then, and what people wrote to them.
CREATE TABLE month_report (
    month      TEXT    NOT NULL PRIMARY KEY, -- "2026-10"
    made_at_ms INTEGER,                      -- NULL: the month has not ended; only the comment.
    body       TEXT    NOT NULL,             -- JSON of findings::MonthReport; empty as above.
    comment    TEXT    NOT NULL DEFAULT '',
    comment_by TEXT    NOT NULL DEFAULT ''
) STRICT;
