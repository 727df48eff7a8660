-- Keys that their users make themselves, with less than all rights and for a while.
-- A key without scopes may do everything, as all could before.

ALTER TABLE keys ADD COLUMN prefix TEXT NOT NULL DEFAULT '';
ALTER TABLE keys ADD COLUMN scopes TEXT NOT NULL DEFAULT 'null' CHECK (json_valid(scopes));
ALTER TABLE keys ADD COLUMN expires_at INTEGER;
