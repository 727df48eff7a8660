-- Notices of notifications, which are records, on their way: written in the transaction
-- of what they tell. key is what one is about, so that nothing is told twice. due is when
-- it is tried next.
CREATE TABLE deliveries (
    number          INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    notification_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    key             TEXT NOT NULL,
    event           TEXT NOT NULL,
    state           TEXT NOT NULL,
    notice          TEXT NOT NULL CHECK (json_valid(notice)),
    tries           TEXT NOT NULL CHECK (json_valid(tries)),
    due             INTEGER,
    created_at      INTEGER NOT NULL,
    ended_at        INTEGER,
    UNIQUE (notification_id, key)
) STRICT;

CREATE INDEX deliveries_due ON deliveries (due) WHERE due IS NOT NULL;
CREATE INDEX deliveries_by_notification ON deliveries (notification_id, number);

-- What a scan found that was not there before, or not any more.
CREATE INDEX issue_changes_by_scan ON issue_changes (scan_id) WHERE event = 'seen';
