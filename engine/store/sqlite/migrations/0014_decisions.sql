-- Who decided about an issue, as JSON of an engine.Owner, and when: the last such line of
-- its history.
ALTER TABLE issues ADD COLUMN decided_at INTEGER;
ALTER TABLE issues ADD COLUMN decided_by TEXT NOT NULL DEFAULT 'null' CHECK (json_valid(decided_by));

UPDATE issues SET
    decided_at = coalesce((SELECT at FROM issue_changes WHERE issue_id = issues.id AND event = 'decided' ORDER BY id DESC LIMIT 1), changed_at),
    decided_by = coalesce((SELECT iif(by_id IS NULL, 'null', json_object('id', by_id, 'email', by_email))
        FROM issue_changes WHERE issue_id = issues.id AND event = 'decided' ORDER BY id DESC LIMIT 1), 'null')
WHERE state IN ('accepted', 'false-positive');
