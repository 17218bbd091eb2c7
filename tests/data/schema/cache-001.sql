PRAGMA application_id = 1129532739;
PRAGMA user_version = 1;
BEGIN;
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

CREATE TABLE cursor (
  type TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  state TEXT,
  complete INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  sweep INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) STRICT, WITHOUT ROWID;

CREATE TABLE draft (case_id TEXT PRIMARY KEY, text TEXT NOT NULL, updated INTEGER NOT NULL) STRICT;

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
INSERT INTO meta VALUES ('me', 'p01J00000000000000000000001'), ('workspace-name', 'Test'), ('started', '1'), ('group', '5'),
  ('merged-message', '1'), ('merged-comment', '1'), ('merged-case', '1');
INSERT INTO cursor (type, account, state, complete) VALUES ('Case', 'W1', 'v1.1.9.aa', 1), ('Comment', 'W1', 'v1.1.9.bb', 1);
INSERT INTO case_ (id, rank, status, lane, customer_id, owner_id, team_id, base, view) VALUES
  ('c01J00000000000000000000001', 6963200000000000000, 2, 0, NULL, NULL, NULL,
   '{"id":"c01J00000000000000000000001","subject":"One","status":"open","lane":"conversation","priority":"normal","tags":{},"ownerId":null,"lastActivityAt":"2023-11-15T00:00:00Z"}',
   '{"id":"c01J00000000000000000000001","subject":"One","status":"waiting","lane":"conversation","priority":"high","tags":{},"ownerId":null,"lastActivityAt":"2023-11-15T00:00:00Z"}');
INSERT INTO comment (id, at, case_id, author_id, base, view) VALUES
  ('n01J00000000000000000000001', 1700000000000000, 'c01J00000000000000000000001', 'p01J00000000000000000000001', NULL,
   '{"id":"n01J00000000000000000000001","caseId":"c01J00000000000000000000001","authorId":"p01J00000000000000000000001","body":"Kept","at":"2023-11-14T22:13:20Z"}');
INSERT INTO outbox (seq, grp, op_id, label, kind, type, record_id, case_id, payload, inverse, state, tries, not_before, created, confirmed, error, description) VALUES
  (11, 1, 'o01J00000000000000000000001', 'Wait', 'update', 'Case', 'c01J00000000000000000000001', 'c01J00000000000000000000001', '{"status":"waiting"}', '{"status":"open"}', 1, 1, 0, 1700000000000000, 0, NULL, NULL),
  (12, 2, 'o01J00000000000000000000002', 'Priority', 'update', 'Case', 'c01J00000000000000000000001', 'c01J00000000000000000000001', '{"priority":"high"}', '{"priority":"normal"}', 0, 0, 0, 1700000001000000, 0, NULL, NULL),
  (13, 3, 'o01J00000000000000000000003', 'Comment', 'create', 'Comment', 'n01J00000000000000000000001', 'c01J00000000000000000000001', '{"caseId":"c01J00000000000000000000001","body":"Kept"}', NULL, 0, 0, 0, 1700000002000000, 0, NULL, NULL),
  (14, 4, 'o01J00000000000000000000004', 'Rename', 'update', 'Case', 'c01J00000000000000000000001', 'c01J00000000000000000000001', '{"subject":"Refused"}', '{"subject":"One"}', 2, 1, 0, 1700000003000000, 0, 'forbidden', NULL);
INSERT INTO draft VALUES ('c01J00000000000000000000001', 'Half a sentence', 1700000000000000);
COMMIT;
