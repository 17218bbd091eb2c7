-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- Mails that were sent and lie not yet in their mailbox's folder of sent mails.
CREATE TABLE copy (
  messageId TEXT PRIMARY KEY,
  channelId TEXT NOT NULL,
  tries INTEGER NOT NULL,
  notBefore INTEGER NOT NULL,
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_due ON copy (channelId, notBefore);
