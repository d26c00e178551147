-- Where in its life a device is: those that are not in use need not report, and count nowhere.
ALTER TABLE device_summary ADD COLUMN stage TEXT NOT NULL DEFAULT 'in_use'
    CHECK (stage IN ('in_use', 'spare', 'repair', 'retired', 'disposed'));
ALTER TABLE ledger ADD COLUMN stage_day TEXT NOT NULL DEFAULT ''; -- Since when: "2026-11-20".
ALTER TABLE ledger ADD COLUMN stage_note TEXT NOT NULL DEFAULT '';
