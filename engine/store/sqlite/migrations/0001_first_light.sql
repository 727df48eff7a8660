-- Times are microseconds since 1970 UTC, NULL for a time that has not come.
-- Lists and counters that no query looks into are JSON, always as TEXT. The
-- wide columns stand last, so that reading the narrow ones skips them.

-- What is true of the whole store.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Made in the transaction that makes the store: processes that race to create
-- one all end up with the same id.
INSERT INTO meta (name, value) VALUES ('engine_id', lower(hex(randomblob(16))));

CREATE TABLE users (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    email      TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name  TEXT NOT NULL,
    key_hash   TEXT NOT NULL UNIQUE,
    created_at INTEGER
) STRICT;

-- AUTOINCREMENT: the id of an erased scan is never given out again.
CREATE TABLE scans (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    state       TEXT NOT NULL DEFAULT 'pending', -- kept by the trigger step_sets_state
    owner_id    INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    lease_owner TEXT NOT NULL,
    lease_until INTEGER,
    attached    INTEGER NOT NULL CHECK (attached IN (0, 1)),
    attempts    INTEGER NOT NULL,
    created_at  INTEGER,
    started_at  INTEGER,
    ended_at    INTEGER,
    deleted_at  INTEGER,
    count       INTEGER NOT NULL,
    label       TEXT NOT NULL,
    ports       TEXT NOT NULL,
    summary     TEXT NOT NULL CHECK (json_valid(summary)),
    exclude     TEXT NOT NULL CHECK (json_valid(exclude)),
    targets     TEXT NOT NULL CHECK (json_valid(targets))
) STRICT;

CREATE INDEX scans_by_owner ON scans (owner_id, id);
CREATE INDEX scans_by_state ON scans (state, position);
CREATE INDEX scans_by_position ON scans (position);
CREATE INDEX scans_by_lease ON scans (lease_owner) WHERE lease_owner <> '';

-- The history of every scan. AUTOINCREMENT: ids rise over all scans for good.
CREATE TABLE steps (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    scan_id     INTEGER NOT NULL REFERENCES scans (id) ON DELETE CASCADE,
    state       TEXT NOT NULL,
    description TEXT,
    at          INTEGER
) STRICT;

CREATE INDEX steps_by_scan ON steps (scan_id, id);

-- The state of a scan is that of its last step. Nothing else writes it.
CREATE TRIGGER step_sets_state AFTER INSERT ON steps BEGIN
    UPDATE scans SET state = new.state WHERE id = new.scan_id;
END;

CREATE TRIGGER step_is_final BEFORE UPDATE ON steps BEGIN
    SELECT raise(ABORT, 'steps are only ever appended');
END;
