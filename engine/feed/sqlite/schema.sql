-- What may go missing at any time without harm: import the files again.
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,  -- revision, imported, released, day; see meta.go
  value INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO meta VALUES ('revision', 0);

CREATE TABLE flaw (
  id            INTEGER PRIMARY KEY, -- feed.ID
  modified      INTEGER NOT NULL,    -- milliseconds since 1970, as NVD says
  rejected      INTEGER NOT NULL,
  score         REAL NOT NULL,
  severity      TEXT NOT NULL,
  description   TEXT NOT NULL,
  exploit_links TEXT NOT NULL,       -- a line each
  conditions    TEXT                 -- JSON of those conditions that are more than a list; NULL if there are none
);
CREATE INDEX flaw_modified ON flaw (rejected, modified);

CREATE TABLE product (
  id  INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE           -- vendor:product
);

-- Who is affected: a row for each criterion that says so. Most are about one version, in
-- old entries hundreds; those are found by it, and only the ranges are gone through.
CREATE TABLE affected (
  product   INTEGER NOT NULL,
  is_range  INTEGER NOT NULL,        -- 0 if low is high
  low       TEXT NOT NULL,           -- version keys between which it may match
  flaw      INTEGER NOT NULL,
  number    INTEGER NOT NULL,        -- of the criterion within the flaw
  high      TEXT NOT NULL,
  criterion TEXT NOT NULL,           -- see criterion.go; "" if the conditions of the flaw decide
  PRIMARY KEY (product, is_range, low, flaw, number)
) WITHOUT ROWID;
CREATE INDEX affected_flaw ON affected (flaw);

CREATE TABLE exploited (
  flaw  INTEGER PRIMARY KEY,
  added TEXT NOT NULL                -- YYYY-MM-DD
);

CREATE TABLE likelihood (
  flaw        INTEGER PRIMARY KEY,
  probability REAL NOT NULL
);
