-- What the queue needs to know of a scan without reading all of it, what became of
-- deleted ones, and which scan another repeats.
ALTER TABLE scans ADD COLUMN rescan_of INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scans ADD COLUMN work INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scans ADD COLUMN work_done INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scans ADD COLUMN claimed_at INTEGER;
ALTER TABLE scans ADD COLUMN erasing_at INTEGER;
ALTER TABLE scans ADD COLUMN targets_key TEXT NOT NULL DEFAULT ''; -- engine.TargetsKey; '' for scans from before
ALTER TABLE scans ADD COLUMN revision INTEGER NOT NULL DEFAULT 0; -- rises with every change

-- Each holds all its queries ask for, so that targets are never read.
CREATE INDEX scans_waiting ON scans (position, id, owner_id, work, work_done)
    WHERE state = 'pending' AND deleted_at IS NULL;
CREATE INDEX scans_waiting_by_owner ON scans (owner_id, position, id, attached, lease_owner, work)
    WHERE state = 'pending' AND deleted_at IS NULL;
CREATE INDEX scans_running ON scans (owner_id, work, work_done)
    WHERE state IN ('scheduled', 'scanning') AND deleted_at IS NULL;
CREATE INDEX scans_by_claim ON scans (owner_id, claimed_at) WHERE claimed_at IS NOT NULL;
CREATE INDEX scans_by_end ON scans (ended_at, started_at, work) WHERE state = 'done' AND work > 0;
CREATE INDEX scans_by_targets ON scans (owner_id, targets_key, id);
CREATE INDEX scans_deleted ON scans (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX scans_erasing ON scans (erasing_at) WHERE erasing_at IS NOT NULL;

-- Requests that made a scan, by the key their sender gave them. The scan may be gone.
CREATE TABLE requests (
    owner_id INTEGER NOT NULL,
    key      TEXT NOT NULL,
    digest   TEXT NOT NULL,
    scan_id  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (owner_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX requests_by_time ON requests (at);
