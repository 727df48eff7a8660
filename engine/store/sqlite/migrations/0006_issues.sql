-- What the findings of one fingerprint have in common over time. party is who an issue
-- belongs to: the id of a user, or that of a team made negative. owner_id is whose scan
-- found it first. mildness is 0 for critical and rises.
CREATE TABLE issues (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    party       INTEGER NOT NULL,
    owner_id    INTEGER REFERENCES users (id) ON DELETE SET NULL,
    fingerprint TEXT NOT NULL,
    state       TEXT NOT NULL,
    open        INTEGER NOT NULL CHECK (open IN (0, 1)), -- follows from state
    gone        INTEGER NOT NULL CHECK (gone IN (0, 1)),
    mildness    INTEGER NOT NULL,
    port        INTEGER NOT NULL,
    first_seen  INTEGER,
    last_seen   INTEGER,
    first_scan  INTEGER NOT NULL, -- may be erased
    last_scan   INTEGER NOT NULL,
    times_seen  INTEGER NOT NULL,
    fixed_at    INTEGER,
    revived_at  INTEGER,
    changed_at  INTEGER NOT NULL,
    expires_at  INTEGER,
    assignee_id INTEGER REFERENCES users (id) ON DELETE SET NULL,
    rule        TEXT NOT NULL,
    target      TEXT NOT NULL,
    host        TEXT NOT NULL,
    ip          TEXT NOT NULL,
    transport   TEXT NOT NULL,
    protocol    TEXT NOT NULL,
    path        TEXT NOT NULL,
    title       TEXT NOT NULL,
    uri         TEXT NOT NULL,
    reason      TEXT NOT NULL,
    UNIQUE (party, fingerprint)
) STRICT;

CREATE INDEX issues_by_worst ON issues (party, mildness, last_seen DESC, id);
CREATE INDEX issues_by_state ON issues (party, state, mildness);
CREATE INDEX issues_there ON issues (party, id, last_seen) WHERE gone = 0;
CREATE INDEX issues_expiring ON issues (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX issues_by_assignee ON issues (assignee_id) WHERE assignee_id IS NOT NULL;
CREATE INDEX issues_by_owner ON issues (owner_id);

-- The history of every issue. by_email is what the user was called then: it outlives them.
CREATE TABLE issue_changes (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    issue_id INTEGER NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
    at       INTEGER NOT NULL,
    event    TEXT NOT NULL,
    was      TEXT NOT NULL,
    becomes  TEXT NOT NULL,
    by_id    INTEGER,
    by_email TEXT NOT NULL,
    scan_id  INTEGER,
    note     TEXT NOT NULL
) STRICT;

CREATE INDEX issue_changes_by_issue ON issue_changes (issue_id, id);

CREATE TRIGGER issue_change_is_final BEFORE UPDATE ON issue_changes BEGIN
    SELECT raise(ABORT, 'lines of an issue''s history are only ever appended');
END;

-- How many issues of a party were opened, less those that were closed, on a day; day is
-- the number of days since 1970 in UTC. Only the triggers below write it.
CREATE TABLE issue_days (
    party    INTEGER NOT NULL,
    day      INTEGER NOT NULL,
    mildness INTEGER NOT NULL,
    turn     INTEGER NOT NULL,
    PRIMARY KEY (party, day, mildness)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER issue_is_new AFTER INSERT ON issues WHEN new.open BEGIN
    INSERT INTO issue_days VALUES (new.party, new.changed_at / 86400000000, new.mildness, 1)
    ON CONFLICT DO UPDATE SET turn = turn + 1;
END;

CREATE TRIGGER issue_is_counted_no_more AFTER UPDATE ON issues
WHEN old.open AND (NOT new.open OR new.mildness <> old.mildness OR new.party <> old.party) BEGIN
    INSERT INTO issue_days VALUES (old.party, new.changed_at / 86400000000, old.mildness, -1)
    ON CONFLICT DO UPDATE SET turn = turn - 1;
END;

CREATE TRIGGER issue_is_counted AFTER UPDATE ON issues
WHEN new.open AND (NOT old.open OR new.mildness <> old.mildness OR new.party <> old.party) BEGIN
    INSERT INTO issue_days VALUES (new.party, new.changed_at / 86400000000, new.mildness, 1)
    ON CONFLICT DO UPDATE SET turn = turn + 1;
END;

CREATE TRIGGER issue_is_erased AFTER DELETE ON issues WHEN old.open BEGIN
    INSERT INTO issue_days VALUES (old.party, old.changed_at / 86400000000, old.mildness, -1)
    ON CONFLICT DO UPDATE SET turn = turn - 1;
END;

-- How far the findings of a scan have become issues.
CREATE TABLE merges (
    scan_id  INTEGER PRIMARY KEY REFERENCES scans (id) ON DELETE CASCADE,
    findings INTEGER NOT NULL,
    looked   INTEGER NOT NULL,
    done     INTEGER NOT NULL CHECK (done IN (0, 1))
) STRICT;
