-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- Searches that are kept.
CREATE TABLE view_ (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  base TEXT,
  view TEXT
) STRICT;
