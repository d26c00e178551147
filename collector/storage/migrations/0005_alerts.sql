-- What people are told without asking.

-- One line of a mail, decided in the transaction that changed the finding.
CREATE TABLE alert (
    no            INTEGER NOT NULL PRIMARY KEY,
    kind          TEXT    NOT NULL CHECK (kind IN ('opened', 'resolved')),
    finding_no    INTEGER NOT NULL REFERENCES finding (no),
    device_no     INTEGER NOT NULL REFERENCES device (no),
    rule          TEXT    NOT NULL,
    severity      INTEGER NOT NULL,
    evidence      TEXT    NOT NULL, -- As it was then.
    decided_at_ms INTEGER NOT NULL,
    batch         TEXT             -- Of mail; NULL: not yet in a mail.
) STRICT;

CREATE INDEX alert_waiting ON alert (decided_at_ms) WHERE batch IS NULL;
CREATE INDEX alert_by_batch ON alert (batch);

-- A mail to one person, sent each time with the same bytes: who gets it twice sees one.
CREATE TABLE mail (
    no              INTEGER NOT NULL PRIMARY KEY,
    batch           TEXT    NOT NULL, -- The same for all who are told the same.
    message_id      TEXT    NOT NULL UNIQUE,
    sender          TEXT    NOT NULL,
    recipient       TEXT    NOT NULL,
    message         TEXT    NOT NULL, -- Header and body, ASCII.
    state           TEXT    NOT NULL CHECK (state IN ('queued', 'sent', 'dead')),
    composed_at_ms  INTEGER NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_attempt_ms INTEGER NOT NULL,
    done_at_ms      INTEGER,          -- Sent or given up.
    problem         TEXT    NOT NULL DEFAULT '' -- Of the newest attempt.
) STRICT;

CREATE INDEX mail_by_batch ON mail (batch);
CREATE INDEX mail_queued ON mail (next_attempt_ms) WHERE state = 'queued';
