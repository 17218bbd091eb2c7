-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- What sorts incoming mail.
CREATE TABLE rule (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  json TEXT NOT NULL,
  UNIQUE (account, id)
) STRICT;
CREATE UNIQUE INDEX rule_modseq ON rule (account, modseq);
CREATE UNIQUE INDEX rule_created ON rule (account, createdModseq);
