-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- The app's file. Of a record, `base` is the server's last word (NULL: it exists only here) and `view` what the screen
-- shows: base folded with the operations that wait. `view` is NULL where it would be the same as base. `gone` marks
-- what a waiting operation destroys. The other columns are computed from the view. The texts come last, so that
-- reading columns never touches their overflow pages. Instants are microseconds since 1970. There are no foreign keys:
-- pages of changes bring children before their parents.

CREATE TABLE person (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  base TEXT,
  view TEXT
) STRICT;

CREATE TABLE team (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  base TEXT,
  view TEXT
) STRICT;

CREATE TABLE channel (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  base TEXT,
  view TEXT
) STRICT;

CREATE TABLE tag (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  base TEXT,
  view TEXT
) STRICT;

-- `label`: what a row of the case list shows; `names`: what is searched.
CREATE TABLE customer (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  label TEXT,
  names TEXT,
  base TEXT,
  view TEXT
) STRICT;

-- `rank` orders lists: the last activity × 4096 + a few bits of the id, so that equal instants have an order.
-- `status` and `lane` are numbers (csm-cache-spec.h): an index over all cases is read for each list.
-- `other_at`, `mention_at`, `seen_up_to` and `unread` follow from messages, comments and Seen.
CREATE TABLE case_ (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  rank INTEGER NOT NULL,
  status INTEGER NOT NULL,
  lane INTEGER NOT NULL,
  snoozed_until INTEGER,
  customer_id TEXT,
  owner_id TEXT,
  team_id TEXT,
  other_at INTEGER,
  mention_at INTEGER,
  seen_up_to INTEGER,
  unread INTEGER NOT NULL DEFAULT 1,
  base TEXT,
  view TEXT
) STRICT;
CREATE INDEX case_open ON case_ (rank, status, lane, snoozed_until, owner_id, team_id) WHERE status < 4;
CREATE INDEX case_rank ON case_ (rank, status, lane);
CREATE INDEX case_mention ON case_ (mention_at, seen_up_to) WHERE mention_at IS NOT NULL;
-- Search asks for a thousand of these at once: an index answers without a page for each case.
CREATE INDEX case_place ON case_ (id, rank);
CREATE INDEX case_customer ON case_ (customer_id, rank) WHERE customer_id IS NOT NULL;

CREATE TABLE case_tag (
  case_rowid INTEGER NOT NULL,
  tag_id TEXT NOT NULL,
  PRIMARY KEY (case_rowid, tag_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_tag_tag ON case_tag (tag_id, case_rowid);

CREATE TABLE conversation (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  case_id TEXT,
  base TEXT,
  view TEXT
) STRICT;
CREATE INDEX conversation_case ON conversation (case_id);

-- The rowid is the receipt time × 4096 + a tie-break: newest first is rowid order, also for full text.
CREATE TABLE message (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  at INTEGER,
  case_id TEXT,
  author_id TEXT,
  submission_id TEXT,
  base TEXT,
  view TEXT
) STRICT;
CREATE INDEX message_case ON message (case_id, at, author_id);
CREATE INDEX message_place ON message (rowid, case_id);
CREATE INDEX message_submission ON message (submission_id) WHERE submission_id IS NOT NULL;

CREATE TABLE submission (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  at INTEGER,
  case_id TEXT,
  canceled INTEGER NOT NULL DEFAULT 0,
  base TEXT,
  view TEXT
) STRICT;
CREATE INDEX submission_case ON submission (case_id, at);

CREATE TABLE comment (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  at INTEGER,
  case_id TEXT,
  author_id TEXT,
  mentions_me INTEGER NOT NULL DEFAULT 0,
  base TEXT,
  view TEXT
) STRICT;
CREATE INDEX comment_case ON comment (case_id, at, author_id, mentions_me);

CREATE TABLE event (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  at INTEGER,
  case_id TEXT,
  base TEXT,
  view TEXT
) STRICT;
CREATE INDEX event_case ON event (case_id, at);

CREATE TABLE seen (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  up_to INTEGER,
  case_id TEXT,
  base TEXT,
  view TEXT
) STRICT;

-- What people did and the server has not answered yet. An operation leaves only after a definite answer.
-- `state`: 0 waiting, 1 sending, 2 parked. `inverse`: the patch that undoes an update.
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  grp INTEGER NOT NULL,
  op_id TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  kind TEXT NOT NULL,
  type TEXT NOT NULL,
  record_id TEXT NOT NULL,
  case_id TEXT,
  payload TEXT NOT NULL,
  inverse TEXT,
  state INTEGER NOT NULL DEFAULT 0,
  tries INTEGER NOT NULL DEFAULT 0,
  not_before INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL,
  confirmed INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  description TEXT
) STRICT;
CREATE INDEX outbox_record ON outbox (record_id, seq);
CREATE INDEX outbox_case ON outbox (case_id, state) WHERE case_id IS NOT NULL;
CREATE INDEX outbox_group ON outbox (grp);

-- What the server has done of it, for as long as it can be undone.
CREATE TABLE done (
  seq INTEGER PRIMARY KEY,
  grp INTEGER NOT NULL,
  label TEXT NOT NULL,
  kind TEXT NOT NULL,
  type TEXT NOT NULL,
  record_id TEXT NOT NULL,
  payload TEXT NOT NULL,
  inverse TEXT
) STRICT;
CREATE INDEX done_group ON done (grp);

-- How far each type is known. While `sweep` is set, records with an older stamp go when the last page is in.
CREATE TABLE cursor (
  type TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  state TEXT,
  complete INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  sweep INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) STRICT, WITHOUT ROWID;

-- Reply text that has not been sent.
CREATE TABLE draft (case_id TEXT PRIMARY KEY, text TEXT NOT NULL, updated INTEGER NOT NULL) STRICT;

-- Full text. The content views say what is indexed, and give it again when it has to be taken out. Of each index, rows
-- from `floor` on are in; a first sync raises the floor out of sight and lowers it afterwards, slice by slice. FTS5 allows no
-- json_each() in them: the names are taken out of the JSON text of their lists. Nothing is ranked by length: no sizes are kept.
CREATE VIEW message_content AS
  SELECT m.rowid AS rowid,
    json_extract (coalesce (m.view, m.base), '$.subject') AS subject,
    json_extract (coalesce (m.view, m.base), '$.textBody') AS text,
    replace (replace (coalesce (json_extract (coalesce (m.view, m.base), '$.from'), '') || coalesce (json_extract (coalesce (m.view, m.base), '$.to'), '')
      || coalesce (json_extract (coalesce (m.view, m.base), '$.cc'), ''), '"name":', ''), '"address":', '') AS names
  FROM message AS m;
CREATE VIRTUAL TABLE message_text USING fts5 (subject, text, names,
  content = 'message_content', content_rowid = 'rowid', tokenize = 'casement', prefix = '2 3', columnsize = 0);

CREATE VIEW comment_content AS
  SELECT rowid, json_extract (coalesce (view, base), '$.body') AS body FROM comment;
CREATE VIRTUAL TABLE comment_text USING fts5 (body,
  content = 'comment_content', content_rowid = 'rowid', tokenize = 'casement', prefix = '2 3', columnsize = 0);

CREATE VIEW case_content AS
  SELECT c.rowid AS rowid, json_extract (coalesce (c.view, c.base), '$.subject') AS subject, u.names AS names
  FROM case_ AS c LEFT JOIN customer AS u ON u.id = c.customer_id;
CREATE VIRTUAL TABLE case_text USING fts5 (subject, names,
  content = 'case_content', content_rowid = 'rowid', tokenize = 'casement', prefix = '2 3', columnsize = 0);

CREATE TABLE search_floor (name TEXT PRIMARY KEY, floor INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO search_floor VALUES ('message', -9223372036854775808), ('comment', -9223372036854775808), ('case', -9223372036854775808);
