-- What should be exposed: a list of engine.Expectation; null declares nothing.
ALTER TABLE scans ADD COLUMN expect TEXT NOT NULL DEFAULT 'null' CHECK (json_valid(expect));
