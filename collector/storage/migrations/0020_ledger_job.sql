-- Files that are taken into the ledger piece by piece, while people and agents go on.
CREATE TABLE ledger_job (
    no           INTEGER NOT NULL PRIMARY KEY,
    person_id    TEXT    NOT NULL, -- Empty: at the local socket.
    who          TEXT    NOT NULL,
    file         TEXT    NOT NULL, -- Its name, as its sender calls it.
    rows         INTEGER NOT NULL, -- Of the file, without its heads.
    refused_rows INTEGER NOT NULL,
    devices      INTEGER NOT NULL, -- That are to be added or changed.
    devices_done INTEGER NOT NULL DEFAULT 0,
    state        TEXT    NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    why          TEXT    NOT NULL DEFAULT '', -- Of a failure: "changed", "stopped", "refused".
    detail       TEXT    NOT NULL DEFAULT '',
    batch_no     INTEGER REFERENCES ledger_batch (no), -- What can be undone.
    begun_at_ms  INTEGER NOT NULL,
    ended_at_ms  INTEGER
) STRICT;
