-- The ledger of scan coins: lines are only ever appended, and every figure is the
-- sum of some. month is the first moment of the month the scan was created in. The
-- lines of an erased scan stay: they are what the coins were spent on.
CREATE TABLE coins (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id  INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    scan_id  INTEGER NOT NULL,
    month    INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    reserved INTEGER NOT NULL,
    taken    INTEGER NOT NULL CHECK (taken >= 0)
) STRICT;

CREATE INDEX coins_by_user ON coins (user_id, month);
CREATE INDEX coins_by_scan ON coins (scan_id);

CREATE TRIGGER coins_are_final BEFORE UPDATE ON coins BEGIN
    SELECT raise(ABORT, 'lines of the ledger are only ever appended');
END;

-- How many requests a user made; day is the number of days since 1970 in UTC.
CREATE TABLE request_counts (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    day     INTEGER NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (user_id, day)
) STRICT, WITHOUT ROWID;
