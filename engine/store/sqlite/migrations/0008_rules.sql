-- The checks a scan was told to ask, by their ids; null is all those built in.
ALTER TABLE scans ADD COLUMN rules TEXT NOT NULL DEFAULT 'null' CHECK (json_valid(rules));
