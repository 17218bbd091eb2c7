-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- What of a case is here besides its header and comments: its messages, submissions and history.
-- `messages_state` is what the server says of them, `held` what has been fetched (NULL: nothing), `skipped` what was let go
-- or can't be had, and is not fetched again by itself. `mine`: I own it or take part.
ALTER TABLE case_ ADD COLUMN mine INTEGER NOT NULL DEFAULT 0;
ALTER TABLE case_ ADD COLUMN messages_state TEXT;
ALTER TABLE case_ ADD COLUMN held TEXT;
ALTER TABLE case_ ADD COLUMN skipped TEXT;

-- Until now all messages were here, but nobody knows up to which state of each case: what is wanted is fetched once more.
UPDATE case_ SET messages_state = json_extract (coalesce (view, base), '$.messagesState');
UPDATE case_ SET held = 'unknown'
  WHERE messages_state IS NOT NULL AND (SELECT count (*) FROM cursor WHERE type IN ('Message', 'Submission', 'Event') AND complete) = 3;
UPDATE case_ SET mine = 1
  WHERE owner_id = (SELECT value FROM meta WHERE key = 'me')
     OR json_extract (coalesce (view, base), '$.participantIds."' || (SELECT value FROM meta WHERE key = 'me') || '"') IS NOT NULL;
DELETE FROM cursor WHERE type IN ('Message', 'Submission', 'Event');

-- The reasons why a case's messages are wanted: those that follow from the case itself are read from its columns (active
-- lately: `rank`; open: `status`; mine), so that they are never out of date; what waits in it, from outbox and draft; the rest from `kept`.
CREATE INDEX case_stale ON case_ (rank) WHERE messages_state IS NOT held AND messages_state IS NOT skipped;
CREATE INDEX case_stale_open ON case_ (rank) WHERE messages_state IS NOT held AND messages_state IS NOT skipped AND (status < 4 OR mine);
CREATE INDEX case_held ON case_ (rank) WHERE held IS NOT NULL;

CREATE TABLE kept (
  case_id TEXT PRIMARY KEY,
  pinned INTEGER NOT NULL DEFAULT 0,
  viewed_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_viewed ON kept (viewed_at) WHERE viewed_at IS NOT NULL;
CREATE INDEX kept_pinned ON kept (case_id) WHERE pinned;

-- How far a case's messages are known. While `sweep` is set, those with another stamp go when the last page is in; 2: the
-- server was restored from a backup, and they are remembered.
CREATE TABLE content (
  case_rowid INTEGER PRIMARY KEY,
  state TEXT,
  stamp INTEGER NOT NULL DEFAULT 0,
  sweep INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The state before a type was begun anew.
ALTER TABLE cursor ADD COLUMN before TEXT;

-- What was on the server before it was restored from a backup, and is not any more.
CREATE TABLE lost (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  at INTEGER,
  title TEXT,
  restorable INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT;
