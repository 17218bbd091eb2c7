-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- What gets the server into other systems, encrypted under the key that lies beside the database.
CREATE TABLE secret (
  name TEXT PRIMARY KEY,
  sealed TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- How far each folder of a mail server has been read. It advances in the transaction that takes the mails in.
CREATE TABLE mailbox (
  channelId TEXT NOT NULL,
  folder TEXT NOT NULL,
  uidValidity INTEGER NOT NULL,
  nextUid INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  checkedAt INTEGER NOT NULL,
  PRIMARY KEY (channelId, folder)
) STRICT, WITHOUT ROWID;

-- Mails that the others do not wait for: getting them failed.
CREATE TABLE mailbox_postponed (
  channelId TEXT NOT NULL,
  folder TEXT NOT NULL,
  uid INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  notBefore INTEGER NOT NULL,
  PRIMARY KEY (channelId, folder, uid)
) STRICT, WITHOUT ROWID;
