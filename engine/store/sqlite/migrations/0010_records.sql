-- What people declare and keep: one table for all nouns. party is who a record belongs
-- to: the id of a user, or that of a team made negative. owner_id is who declared it.
-- body is the noun as JSON, extra what another dialect of the API keeps with it.
CREATE TABLE records (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL,
    party      INTEGER NOT NULL,
    owner_id   INTEGER REFERENCES users (id) ON DELETE SET NULL,
    name       TEXT NOT NULL COLLATE NOCASE, -- '' for none
    version    INTEGER NOT NULL,
    due        INTEGER,
    body       TEXT NOT NULL CHECK (json_valid(body)),
    extra      TEXT NOT NULL CHECK (json_valid(extra)), -- null for nothing
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX records_by_name ON records (party, kind, name) WHERE name <> '';
CREATE INDEX records_by_party ON records (party, kind, id);
CREATE INDEX records_due ON records (kind, due) WHERE due IS NOT NULL;
CREATE INDEX records_by_owner ON records (owner_id);

-- The scan profile a scan was asked for with, 0 for none.
ALTER TABLE scans ADD COLUMN profile_id INTEGER NOT NULL DEFAULT 0;
