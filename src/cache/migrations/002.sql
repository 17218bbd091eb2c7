-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- Of an operation: `version` of its payload's form; `person` and `device` who queued it and where; `sends` how often it
-- left, and may have arrived (`tries` counts answers only); `carrier` the earlier operation on the same record with
-- which it goes in one; `seen` what the person saw of the properties that must not be overwritten unseen;
-- `modseq` the record's when it was sent; `conflict` what the world did meanwhile.
ALTER TABLE outbox ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE outbox ADD COLUMN person TEXT;
ALTER TABLE outbox ADD COLUMN device TEXT;
ALTER TABLE outbox ADD COLUMN sends INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN carrier INTEGER;
ALTER TABLE outbox ADD COLUMN seen TEXT;
ALTER TABLE outbox ADD COLUMN modseq INTEGER;
ALTER TABLE outbox ADD COLUMN conflict TEXT;
UPDATE outbox SET sends = tries, tries = 0, person = (SELECT value FROM meta WHERE key = 'me');
CREATE INDEX outbox_carrier ON outbox (carrier) WHERE carrier IS NOT NULL;

-- The server's modseqs of the records that are changed only by who has seen them.
CREATE TABLE guard (id TEXT PRIMARY KEY, modseq INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Files that wait here until the record that names them is on the server, and what they were called there, until when.
CREATE TABLE outgoing (local_id TEXT PRIMARY KEY, blob_id TEXT, uploaded INTEGER, problem TEXT) STRICT, WITHOUT ROWID;

-- What a draft has besides its text.
ALTER TABLE draft ADD COLUMN parts TEXT;
