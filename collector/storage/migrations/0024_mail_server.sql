-- The mail server may be set on the page: one more kind of what people set about alerts.
CREATE TABLE alert_setting_next (
    no            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- Never given twice.
    kind          TEXT    NOT NULL
        CHECK (kind IN
            ('channel', 'route', 'contact', 'duty', 'maintenance', 'digest', 'mail_server')),
    name          TEXT    NOT NULL,
    body          TEXT    NOT NULL,
    changed_by    TEXT    NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    UNIQUE (kind, name)
) STRICT;

INSERT INTO alert_setting_next (no, kind, name, body, changed_by, changed_at_ms)
    SELECT no, kind, name, body, changed_by, changed_at_ms FROM alert_setting;

-- Numbers go on where they were, also behind those that were removed.
DELETE FROM sqlite_sequence WHERE name = 'alert_setting_next';
UPDATE sqlite_sequence SET name = 'alert_setting_next' WHERE name = 'alert_setting';

DROP TABLE alert_setting;
ALTER TABLE alert_setting_next RENAME TO alert_setting;
