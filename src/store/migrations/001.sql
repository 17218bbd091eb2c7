-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- The server's database. A record's truth is its JSON; each property that the record table calls indexed has a column,
-- filled from that JSON. The JSON comes last, so that reading columns never touches its overflow pages.
-- Instants are microseconds since 1970. `account` is a JMAP account: 1 is the workspace.

CREATE TABLE account (
  account INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  personId TEXT UNIQUE,
  epoch INTEGER NOT NULL,
  modseq INTEGER NOT NULL DEFAULT 0,
  lowWater INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE type_state (
  account INTEGER NOT NULL REFERENCES account,
  type TEXT NOT NULL,
  modseq INTEGER NOT NULL,
  PRIMARY KEY (account, type)
) STRICT, WITHOUT ROWID;

CREATE TABLE tombstone (
  account INTEGER NOT NULL REFERENCES account,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX tombstone_modseq ON tombstone (account, type, modseq);
CREATE INDEX tombstone_at ON tombstone (at);

-- Records

CREATE TABLE person (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  email TEXT COLLATE NOCASE,
  json TEXT NOT NULL,
  UNIQUE (account, id)
) STRICT;
CREATE UNIQUE INDEX person_modseq ON person (account, modseq);
CREATE UNIQUE INDEX person_created ON person (account, createdModseq);
CREATE UNIQUE INDEX person_email ON person (account, email);

CREATE TABLE team (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  json TEXT NOT NULL,
  UNIQUE (account, id)
) STRICT;
CREATE UNIQUE INDEX team_modseq ON team (account, modseq);
CREATE UNIQUE INDEX team_created ON team (account, createdModseq);

CREATE TABLE channel (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  address TEXT COLLATE NOCASE,
  json TEXT NOT NULL,
  UNIQUE (account, id)
) STRICT;
CREATE UNIQUE INDEX channel_modseq ON channel (account, modseq);
CREATE UNIQUE INDEX channel_created ON channel (account, createdModseq);

CREATE TABLE tag (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  name TEXT COLLATE NOCASE,
  json TEXT NOT NULL,
  UNIQUE (account, id)
) STRICT;
CREATE UNIQUE INDEX tag_modseq ON tag (account, modseq);
CREATE UNIQUE INDEX tag_created ON tag (account, createdModseq);

CREATE TABLE customer (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  json TEXT NOT NULL,
  UNIQUE (account, id)
) STRICT;
CREATE UNIQUE INDEX customer_modseq ON customer (account, modseq);
CREATE UNIQUE INDEX customer_created ON customer (account, createdModseq);

CREATE TABLE case_ (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  status TEXT,
  lane TEXT,
  customerId TEXT,
  ownerId TEXT,
  teamId TEXT,
  priority TEXT,
  dueAt INTEGER,
  snoozedUntil INTEGER,
  lastActivityAt INTEGER,
  lastMessageAt INTEGER,
  json TEXT NOT NULL,
  UNIQUE (account, id),
  FOREIGN KEY (account, customerId) REFERENCES customer (account, id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (account, ownerId) REFERENCES person (account, id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (account, teamId) REFERENCES team (account, id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE UNIQUE INDEX case_modseq ON case_ (account, modseq);
CREATE UNIQUE INDEX case_created ON case_ (account, createdModseq);
CREATE INDEX case_activity ON case_ (account, lastActivityAt, id);
CREATE INDEX case_status ON case_ (account, status, lastActivityAt, id);
CREATE INDEX case_owner ON case_ (account, ownerId, lastActivityAt, id);
CREATE INDEX case_team ON case_ (account, teamId, lastActivityAt, id);
CREATE INDEX case_customer ON case_ (account, customerId, lastActivityAt, id);
CREATE INDEX case_due ON case_ (account, dueAt) WHERE dueAt IS NOT NULL;
CREATE INDEX case_snoozed ON case_ (account, snoozedUntil) WHERE snoozedUntil IS NOT NULL;

CREATE TABLE case__tags (
  value TEXT NOT NULL,
  row INTEGER NOT NULL,
  PRIMARY KEY (value, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX case__tags_row ON case__tags (row);

CREATE TABLE conversation (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  caseId TEXT,
  customerId TEXT,
  channelId TEXT,
  json TEXT NOT NULL,
  UNIQUE (account, id),
  FOREIGN KEY (account, caseId) REFERENCES case_ (account, id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (account, customerId) REFERENCES customer (account, id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (account, channelId) REFERENCES channel (account, id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE UNIQUE INDEX conversation_modseq ON conversation (account, modseq);
CREATE UNIQUE INDEX conversation_created ON conversation (account, createdModseq);
CREATE INDEX conversation_case ON conversation (account, caseId);
CREATE INDEX conversation_customer ON conversation (account, customerId);

-- A message's rowid is its receipt time × 4096 and a tie-break: newest first is rowid order in full text too,
-- whatever the order of arrival.
CREATE TABLE message (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  conversationId TEXT,
  caseId TEXT,
  channelId TEXT,
  direction TEXT,
  authorId TEXT,
  customerId TEXT,
  submissionId TEXT,
  at INTEGER,
  json TEXT NOT NULL,
  UNIQUE (account, id),
  FOREIGN KEY (account, conversationId) REFERENCES conversation (account, id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (account, caseId) REFERENCES case_ (account, id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (account, channelId) REFERENCES channel (account, id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (account, authorId) REFERENCES person (account, id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (account, customerId) REFERENCES customer (account, id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (account, submissionId) REFERENCES submission (account, id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE UNIQUE INDEX message_modseq ON message (account, modseq);
CREATE UNIQUE INDEX message_created ON message (account, createdModseq);
CREATE INDEX message_at ON message (account, at, id);
CREATE INDEX message_case ON message (account, caseId, at, id);
CREATE INDEX message_conversation ON message (account, conversationId, at, id);
CREATE INDEX message_customer ON message (account, customerId, at);
CREATE INDEX message_author ON message (account, authorId, at) WHERE authorId IS NOT NULL;
CREATE INDEX message_submission ON message (account, submissionId) WHERE submissionId IS NOT NULL;

CREATE TABLE submission (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  caseId TEXT,
  conversationId TEXT,
  authorId TEXT,
  undoStatus TEXT,
  json TEXT NOT NULL,
  UNIQUE (account, id),
  FOREIGN KEY (account, caseId) REFERENCES case_ (account, id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (account, conversationId) REFERENCES conversation (account, id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (account, authorId) REFERENCES person (account, id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE UNIQUE INDEX submission_modseq ON submission (account, modseq);
CREATE UNIQUE INDEX submission_created ON submission (account, createdModseq);
CREATE INDEX submission_case ON submission (account, caseId);
CREATE INDEX submission_conversation ON submission (account, conversationId);
CREATE INDEX submission_pending ON submission (account, undoStatus) WHERE undoStatus = 'pending';

CREATE TABLE comment (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  caseId TEXT,
  authorId TEXT,
  at INTEGER,
  json TEXT NOT NULL,
  UNIQUE (account, id),
  FOREIGN KEY (account, caseId) REFERENCES case_ (account, id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (account, authorId) REFERENCES person (account, id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE UNIQUE INDEX comment_modseq ON comment (account, modseq);
CREATE UNIQUE INDEX comment_created ON comment (account, createdModseq);
CREATE INDEX comment_case ON comment (account, caseId, at, id);
CREATE INDEX comment_at ON comment (account, at, id);

CREATE TABLE comment_mentions (
  value TEXT NOT NULL,
  row INTEGER NOT NULL,
  PRIMARY KEY (value, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX comment_mentions_row ON comment_mentions (row);

CREATE TABLE event (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  caseId TEXT,
  at INTEGER,
  json TEXT NOT NULL,
  UNIQUE (account, id),
  FOREIGN KEY (account, caseId) REFERENCES case_ (account, id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE UNIQUE INDEX event_modseq ON event (account, modseq);
CREATE UNIQUE INDEX event_created ON event (account, createdModseq);
CREATE INDEX event_case ON event (account, caseId, at, id);
CREATE INDEX event_at ON event (account, at, id);

-- Lives in a person's own account, its case in the workspace: no foreign key between them.
CREATE TABLE seen (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  caseId TEXT,
  upTo INTEGER,
  json TEXT NOT NULL,
  UNIQUE (account, id)
) STRICT;
CREATE UNIQUE INDEX seen_modseq ON seen (account, modseq);
CREATE UNIQUE INDEX seen_created ON seen (account, createdModseq);
CREATE INDEX seen_case ON seen (account, caseId);

-- Full text. The content is a view of the records, so that no text is stored twice. It must not contain a virtual table
-- (json_each), or FTS5 can't check it; csm_strings () is ours: the strings in JSON texts.

CREATE VIEW person_text AS SELECT rowid, json_extract (json, '$.name') AS name FROM person;
CREATE VIRTUAL TABLE person_fts USING fts5 (name,
  content = 'person_text', content_rowid = 'rowid', tokenize = 'casement', prefix = '2 3');

CREATE VIEW customer_text AS
  SELECT rowid, json_extract (json, '$.name') AS name, json_extract (json, '$.organisation') AS organisation FROM customer;
CREATE VIRTUAL TABLE customer_fts USING fts5 (name, organisation,
  content = 'customer_text', content_rowid = 'rowid', tokenize = 'casement', prefix = '2 3');

CREATE VIEW case__text AS SELECT rowid, json_extract (json, '$.subject') AS subject FROM case_;
CREATE VIRTUAL TABLE case__fts USING fts5 (subject,
  content = 'case__text', content_rowid = 'rowid', tokenize = 'casement', prefix = '2 3');

CREATE VIEW message_text AS
  SELECT rowid, json_extract (json, '$.subject') AS subject, json_extract (json, '$.textBody') AS textBody,
         csm_strings (json_extract (json, '$.from'), json_extract (json, '$.to'), json_extract (json, '$.cc')) AS names
  FROM message;
CREATE VIRTUAL TABLE message_fts USING fts5 (subject, textBody, names,
  content = 'message_text', content_rowid = 'rowid', tokenize = 'casement', prefix = '2 3');

CREATE VIEW comment_text AS SELECT rowid, json_extract (json, '$.body') AS body FROM comment;
CREATE VIRTUAL TABLE comment_fts USING fts5 (body,
  content = 'comment_text', content_rowid = 'rowid', tokenize = 'casement', prefix = '2 3');

-- Blobs: who named them, and who brought them

CREATE TABLE blob_ref (
  blobId TEXT NOT NULL,
  account INTEGER NOT NULL REFERENCES account,
  recordId TEXT NOT NULL,
  PRIMARY KEY (blobId, account, recordId)
) STRICT, WITHOUT ROWID;
CREATE INDEX blob_ref_record ON blob_ref (account, recordId);

CREATE TABLE upload (
  blobId TEXT NOT NULL,
  personId TEXT NOT NULL,
  size INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (blobId, personId)
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_at ON upload (at);

-- Retries

CREATE TABLE applied_op (
  personId TEXT NOT NULL,
  deviceId TEXT NOT NULL,
  opId TEXT NOT NULL,
  at INTEGER NOT NULL,
  result TEXT NOT NULL,
  PRIMARY KEY (personId, deviceId, opId)
) STRICT, WITHOUT ROWID;
CREATE INDEX applied_op_at ON applied_op (at);

CREATE TABLE creation (
  recordId TEXT PRIMARY KEY,
  personId TEXT NOT NULL,
  payloadHash TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Sign-in

CREATE TABLE password (
  personId TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
  hash TEXT PRIMARY KEY,
  personId TEXT NOT NULL,
  deviceId TEXT NOT NULL,
  deviceName TEXT,
  created INTEGER NOT NULL,
  lastUsed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX token_person ON token (personId, deviceId);

-- Mail

CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE identity (
  key TEXT NOT NULL,
  row INTEGER NOT NULL,
  PRIMARY KEY (key, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_row ON identity (row);

CREATE TABLE mail_id (
  channelId TEXT NOT NULL,
  rfcId TEXT NOT NULL,
  contentHash TEXT NOT NULL,
  messageId TEXT NOT NULL,
  PRIMARY KEY (channelId, rfcId, contentHash, messageId)
) STRICT, WITHOUT ROWID;

CREATE TABLE ancestor (
  channelId TEXT NOT NULL,
  rfcId TEXT NOT NULL,
  messageId TEXT NOT NULL,
  PRIMARY KEY (channelId, rfcId, messageId)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
  channelId TEXT NOT NULL,
  blobId TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (channelId, blobId)
) STRICT, WITHOUT ROWID;

CREATE TABLE outgoing (
  messageId TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  tries INTEGER NOT NULL,
  notBefore INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX outgoing_state ON outgoing (state, notBefore);
