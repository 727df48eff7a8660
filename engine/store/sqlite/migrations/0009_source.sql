-- Where a scan comes from, see engine.Source, and what it was asked for:
-- engine.ScanRequest.Digest, '' for scans from before.
ALTER TABLE scans ADD COLUMN repository TEXT NOT NULL DEFAULT '';
ALTER TABLE scans ADD COLUMN branch TEXT NOT NULL DEFAULT '';
ALTER TABLE scans ADD COLUMN commit_name TEXT NOT NULL DEFAULT '';
ALTER TABLE scans ADD COLUMN run_url TEXT NOT NULL DEFAULT '';
ALTER TABLE scans ADD COLUMN config_digest TEXT NOT NULL DEFAULT '';

CREATE INDEX scans_by_branch ON scans (branch, targets_key, id) WHERE branch <> '';
CREATE INDEX scans_by_commit ON scans (commit_name, id) WHERE commit_name <> '';
