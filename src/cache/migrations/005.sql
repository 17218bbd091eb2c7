-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

CREATE TABLE rule (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  base TEXT,
  view TEXT
) STRICT;

-- Of the rows from the floor on, those from `hole` to before `hole_end` are not in the index yet.
ALTER TABLE search_floor ADD COLUMN hole INTEGER NOT NULL DEFAULT 0;
ALTER TABLE search_floor ADD COLUMN hole_end INTEGER NOT NULL DEFAULT 0;
