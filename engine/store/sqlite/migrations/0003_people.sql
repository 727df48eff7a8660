-- Who belongs together. A user is in one team at most: users.team_id.
CREATE TABLE teams (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE COLLATE NOCASE,
    created_at INTEGER
) STRICT;

-- API keys are rows of their own, because a user may have several. A revoked key
-- stays, so that its label and last use can still be looked up.
CREATE TABLE keys (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id      INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    label        TEXT NOT NULL,
    hash         TEXT NOT NULL UNIQUE,
    created_at   INTEGER,
    last_used_at INTEGER,
    revoked_at   INTEGER
) STRICT;

CREATE INDEX keys_by_user ON keys (user_id, id);

-- SQLite cannot drop a column that is UNIQUE, so users are copied to a new table.
CREATE TABLE people (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    email      TEXT NOT NULL UNIQUE COLLATE NOCASE,
    first_name TEXT NOT NULL,
    last_name  TEXT NOT NULL,
    plan       TEXT NOT NULL,
    team_id    INTEGER REFERENCES teams (id) ON DELETE SET NULL,
    disabled   INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    created_at INTEGER
) STRICT;

INSERT INTO people (id, email, first_name, last_name, plan, disabled, created_at)
SELECT id, email, first_name, last_name, 'self-hosted', 0, created_at FROM users;

CREATE TABLE old_keys AS SELECT id, key_hash, created_at FROM users;

DROP TABLE users;
ALTER TABLE people RENAME TO users;
CREATE INDEX users_by_team ON users (team_id) WHERE team_id IS NOT NULL;

INSERT INTO keys (user_id, label, hash, created_at)
SELECT id, 'first', key_hash, created_at FROM old_keys ORDER BY id;

DROP TABLE old_keys;
