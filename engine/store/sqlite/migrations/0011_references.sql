-- The ids of the records that a record needs, as a list.
ALTER TABLE records ADD COLUMN refers TEXT NOT NULL DEFAULT 'null' CHECK (json_valid(refers));
