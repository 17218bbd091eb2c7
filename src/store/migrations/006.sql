-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- Searches that people keep, each in the person's own account.
CREATE TABLE view_ (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  json TEXT NOT NULL,
  UNIQUE (account, id)
) STRICT;
CREATE UNIQUE INDEX view_modseq ON view_ (account, modseq);
CREATE UNIQUE INDEX view_created ON view_ (account, createdModseq);
