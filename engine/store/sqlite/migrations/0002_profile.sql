-- How a scan goes about its work: an engine.Profile.
ALTER TABLE scans ADD COLUMN profile TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(profile));
