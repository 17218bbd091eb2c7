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

-- The one case that keeps what a mailbox gets and nobody is to be bothered with, for each sender.
CREATE TABLE aside (
  channelId TEXT NOT NULL,
  customerId TEXT NOT NULL,
  lane TEXT NOT NULL,
  conversationId TEXT NOT NULL,
  PRIMARY KEY (channelId, customerId, lane)
) STRICT, WITHOUT ROWID;
CREATE INDEX aside_conversation ON aside (conversationId);

-- Who was told by a program that a mail has come, and when.
CREATE TABLE acknowledged (
  address TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (address, at)
) STRICT, WITHOUT ROWID;
CREATE INDEX acknowledged_at ON acknowledged (at);
