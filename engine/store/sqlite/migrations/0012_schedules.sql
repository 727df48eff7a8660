-- What became of the runs of schedules, which are records: one row for each planned time,
-- so that two servers never run one twice. scan_id is 0 where no scan was made.
CREATE TABLE schedule_runs (
    schedule_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    planned_at  INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    manual      INTEGER NOT NULL,
    outcome     TEXT NOT NULL,
    reason      TEXT NOT NULL,
    scan_id     INTEGER NOT NULL,
    PRIMARY KEY (schedule_id, planned_at)
) STRICT, WITHOUT ROWID;

-- The schedule that asked for a scan, 0 for none.
ALTER TABLE scans ADD COLUMN schedule_id INTEGER NOT NULL DEFAULT 0;
