-- Changes of many devices and what puts them back are done piece by piece, as files are.
ALTER TABLE ledger_job ADD COLUMN kind TEXT NOT NULL DEFAULT 'import'
    CHECK (kind IN ('import', 'bulk', 'undo'));
ALTER TABLE ledger_job ADD COLUMN kept INTEGER NOT NULL DEFAULT 0; -- Of undoing: values that stayed.
