-- Who is told of what and by which way, and what waits to be delivered.

-- What people set about alerts: few rows, read whole. The bodies are the structs of
-- notify/alert_settings.hpp as JSON; they name each other by `name`.
CREATE TABLE alert_setting (
    no            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- Never given twice.
    kind          TEXT    NOT NULL
        CHECK (kind IN ('channel', 'route', 'contact', 'duty', 'maintenance', 'digest')),
    name          TEXT    NOT NULL,
    body          TEXT    NOT NULL,
    changed_by    TEXT    NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    UNIQUE (kind, name)
) STRICT;

-- What was fixed before: mail to the addresses of the settings file.
INSERT INTO alert_setting (no, kind, name, body, changed_by, changed_at_ms) VALUES
    (1, 'channel', 'mail', '{"kind":"mail"}', '', 0),
    (2, 'route', 'action', '{"least":"action","channels":["mail"]}', '', 0),
    (3, 'route', 'av_stale', '{"least":"info","rules":["av_stale"],"channels":["mail"]}', '', 0);

-- A finding that opened or ended, queued in the transaction that changed it, until routes have
-- been looked through.
CREATE TABLE alert_queue (
    no            INTEGER NOT NULL PRIMARY KEY,
    kind          TEXT    NOT NULL CHECK (kind IN ('opened', 'resolved')),
    finding_no    INTEGER NOT NULL,
    decided_at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX alert_queue_by_time ON alert_queue (decided_at_ms);

INSERT INTO alert_queue (no, kind, finding_no, decided_at_ms)
    SELECT no, kind, finding_no, decided_at_ms FROM alert WHERE batch IS NULL;

-- What a route has told, or holds back, about a finding that has not ended.
CREATE TABLE telling (
    finding_no     INTEGER NOT NULL,
    route_no       INTEGER NOT NULL,
    state          TEXT    NOT NULL CHECK (state IN ('held', 'told')),
    since_ms       INTEGER NOT NULL, -- Held or told (first) since.
    repeated_at_ms INTEGER NOT NULL, -- Told last.
    escalated      INTEGER NOT NULL,
    due_ms         INTEGER,          -- Look again then; NULL: only when the finding ends.
    PRIMARY KEY (finding_no, route_no)
) STRICT, WITHOUT ROWID;

CREATE INDEX telling_due ON telling (due_ms) WHERE due_ms IS NOT NULL;

INSERT INTO telling (finding_no, route_no, state, since_ms, repeated_at_ms, escalated, due_ms)
    SELECT no, CASE WHEN severity = 2 THEN 2 ELSE 3 END, 'told', opened_at_ms, opened_at_ms, 0, NULL
    FROM finding WHERE alerted = 1 AND state <> 'resolved';

-- One message on its way by one channel to one recipient, the same at each attempt.
CREATE TABLE delivery (
    no              INTEGER NOT NULL PRIMARY KEY,
    channel_no      INTEGER NOT NULL, -- alert_setting.no
    message_id      TEXT    NOT NULL UNIQUE,
    recipient       TEXT    NOT NULL, -- Address of a mail; empty where the channel has only one.
    summary         TEXT    NOT NULL, -- One line for the list.
    content         TEXT    NOT NULL, -- In the form of the channel's kind.
    state           TEXT    NOT NULL CHECK (state IN ('queued', 'sent', 'dead')),
    composed_at_ms  INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    next_attempt_ms INTEGER NOT NULL,
    started_at_ms   INTEGER,          -- An attempt whose end was not noted.
    perhaps_twice   INTEGER NOT NULL, -- Such an attempt was followed by another.
    done_at_ms      INTEGER,          -- Sent or given up.
    problem         TEXT    NOT NULL  -- Of the newest attempt.
) STRICT;

CREATE INDEX delivery_queued ON delivery (channel_no, next_attempt_ms) WHERE state = 'queued';
CREATE INDEX delivery_by_state ON delivery (state, no);

INSERT INTO delivery (
    channel_no, message_id, recipient, summary, content, state, composed_at_ms, attempts,
    next_attempt_ms, started_at_ms, perhaps_twice, done_at_ms, problem)
    SELECT 1, message_id, recipient, '', message, state, composed_at_ms, attempts,
           next_attempt_ms, NULL, 0, done_at_ms, problem
    FROM mail;

-- How deliveries by a channel go.
CREATE TABLE channel_state (
    channel_no       INTEGER NOT NULL PRIMARY KEY,
    failing_since_ms INTEGER,         -- NULL: the newest attempt succeeded.
    problem          TEXT    NOT NULL, -- Why it fails.
    last_sent_ms     INTEGER
) STRICT;

-- When a digest was composed last.
CREATE TABLE digest_state (
    digest_no   INTEGER NOT NULL PRIMARY KEY, -- alert_setting.no
    composed_ms INTEGER NOT NULL
) STRICT;

DROP TABLE mail;
DROP TABLE alert;
