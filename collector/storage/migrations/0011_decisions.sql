-- What people decide: policies and who changed them, conditions of accepted risks; and the score of
-- each day.

CREATE TABLE policy (
    scope       TEXT    NOT NULL CHECK (scope IN ('site', 'zone', 'model', 'device')),
    scope_value TEXT    NOT NULL, -- Id of a site or device, name of a zone or model.
    networks    TEXT    NOT NULL, -- Of a zone: JSON list of "192.168.50.0/24".
    level       TEXT    NOT NULL, -- Of a site: "ume", "take", "matsu"; empty: none.
    settings    TEXT    NOT NULL, -- JSON list of {key, value}.
    reason      TEXT    NOT NULL,
    set_by      TEXT    NOT NULL,
    set_at_ms   INTEGER NOT NULL,
    PRIMARY KEY (scope, scope_value)
) STRICT, WITHOUT ROWID;

CREATE TABLE policy_change (
    no          INTEGER NOT NULL PRIMARY KEY,
    at_ms       INTEGER NOT NULL,
    who         TEXT    NOT NULL,
    scope       TEXT    NOT NULL,
    scope_value TEXT    NOT NULL,
    before      TEXT    NOT NULL, -- "av_stale_warning_days=3, …"; empty: nothing was set.
    after       TEXT    NOT NULL,
    reason      TEXT    NOT NULL
) STRICT;

-- Of a waiver: what must stay as it is, "one_cable no_usb"; who approved it; since when it holds; and
-- which condition ended the last one.
ALTER TABLE finding ADD COLUMN conditions TEXT NOT NULL DEFAULT '';
ALTER TABLE finding ADD COLUMN approver TEXT NOT NULL DEFAULT '';
ALTER TABLE finding ADD COLUMN waived_at_ms INTEGER;
ALTER TABLE finding ADD COLUMN broken TEXT NOT NULL DEFAULT '';

-- How many devices of a site were in which state at the end of each day.
CREATE TABLE score_day (
    day     TEXT    NOT NULL, -- "2026-01-31", as the site's clocks show it.
    site_id TEXT    NOT NULL REFERENCES site (id),
    total   INTEGER NOT NULL,
    good    INTEGER NOT NULL,
    warning INTEGER NOT NULL,
    action  INTEGER NOT NULL,
    silent  INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    waived  INTEGER NOT NULL, -- Devices with an accepted risk.
    PRIMARY KEY (site_id, day)
) STRICT, WITHOUT ROWID;
