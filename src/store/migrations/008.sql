-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- Who changed people, teams, channels and tags, and when.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  personId TEXT NOT NULL,
  kind TEXT NOT NULL,
  subjectId TEXT,
  detail TEXT NOT NULL
) STRICT;
