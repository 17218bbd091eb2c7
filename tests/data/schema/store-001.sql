PRAGMA application_id = 1131638132;
PRAGMA user_version = 1;
PRAGMA foreign_keys = OFF;
BEGIN;
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
INSERT INTO "account" ("account", "id", "name", "personId", "epoch", "modseq", "lowWater") VALUES (1, 'W01M80RJ46Z09DZG4TH7GR6ZAYF', 'Fernweh', NULL, 1795322089, 8, 0);
INSERT INTO "account" ("account", "id", "name", "personId", "epoch", "modseq", "lowWater") VALUES (2, 'P01M80RJ47D8X4EN68QFZ66WWD2', 'P01M80RJ47D8X4EN68QFZ66WWD2', 'p01M80RJ47D8X4EN68QFZ66WWD2', 1795322089, 0, 0);
INSERT INTO "type_state" ("account", "type", "modseq") VALUES (1, 'c', 8);
INSERT INTO "type_state" ("account", "type", "modseq") VALUES (1, 'g', 7);
INSERT INTO "type_state" ("account", "type", "modseq") VALUES (1, 'm', 6);
INSERT INTO "type_state" ("account", "type", "modseq") VALUES (1, 'p', 4);
INSERT INTO "type_state" ("account", "type", "modseq") VALUES (1, 'u', 5);
INSERT INTO "tombstone" ("account", "type", "id", "createdModseq", "modseq", "at") VALUES (1, 'g', 'g01M80RJ47D8WAC68EHD1753TDR', 2, 7, 1795322089712015);
INSERT INTO "person" ("rowid", "account", "id", "createdModseq", "modseq", "email", "json") VALUES (1, 1, 'p01M80RJ47D8X4EN68QFZ66WWD2', 4, 4, 'ana@example.com', '{"name":"Ana","email":"ana@example.com","id":"p01M80RJ47D8X4EN68QFZ66WWD2","created":"2026-11-22T04:34:49.709955Z","updated":"2026-11-22T04:34:49.709955Z","kind":"staff","role":"agent","teamIds":{},"expertise":{},"avatarBlobId":null,"awayUntil":null,"active":true}');
INSERT INTO "tag" ("rowid", "account", "id", "createdModseq", "modseq", "name", "json") VALUES (1, 1, 'g01M80RJ47CDQRXYYMX2GR4T3CB', 1, 1, 'Vip', '{"name":"Vip","id":"g01M80RJ47CDQRXYYMX2GR4T3CB","created":"2026-11-22T04:34:49.708659Z","updated":"2026-11-22T04:34:49.708659Z","color":"blue"}');
INSERT INTO "customer" ("rowid", "account", "id", "createdModseq", "modseq", "json") VALUES (1, 1, 'u01M80RJ47EWXSCB2BCWMS98JNS', 5, 5, '{"name":"Élise","identities":{"email:e@example.net":{}},"id":"u01M80RJ47EWXSCB2BCWMS98JNS","created":"2026-11-22T04:34:49.710673Z","updated":"2026-11-22T04:34:49.710673Z","organisation":null,"language":null,"timezone":null,"tags":{},"attributes":{},"note":null}');
INSERT INTO "case_" ("rowid", "account", "id", "createdModseq", "modseq", "status", "lane", "customerId", "ownerId", "teamId", "priority", "dueAt", "snoozedUntil", "lastActivityAt", "lastMessageAt", "json") VALUES (1, 1, 'c01M80RJ47DA74X3KKFKZ5QN3P3', 3, 8, 'new', 'conversation', NULL, NULL, NULL, 'normal', NULL, NULL, 1767225600250000, NULL, '{"subject":"Tent again","tags":{"g01M80RJ47CDQRXYYMX2GR4T3CB":true},"lastActivityAt":"2026-01-01T00:00:00.25Z","id":"c01M80RJ47DA74X3KKFKZ5QN3P3","created":"2026-11-22T04:34:49.709341Z","updated":"2026-11-22T04:34:49.712192Z","status":"new","lane":"conversation","customerId":null,"ownerId":null,"teamId":null,"participantIds":{},"priority":"normal","goal":null,"dueAt":null,"snoozedUntil":null,"sentiment":null,"messagesState":null,"lastMessageAt":null,"lastMessageId":null,"channelIds":{},"messageCount":0,"hasAttachment":false,"preview":null,"resolvedAt":null,"relatedCaseIds":{}}');
INSERT INTO "case__tags" ("value", "row") VALUES ('g01M80RJ47CDQRXYYMX2GR4T3CB', 1);
INSERT INTO "message" ("rowid", "account", "id", "createdModseq", "modseq", "conversationId", "caseId", "channelId", "direction", "authorId", "customerId", "submissionId", "at", "json") VALUES (7238556057600000000, 1, 'm01M80RJ47FKQ9F7J59BP271J72', 6, 6, NULL, 'c01M80RJ47DA74X3KKFKZ5QN3P3', NULL, NULL, NULL, NULL, NULL, 1767225600000000, '{"caseId":"c01M80RJ47DA74X3KKFKZ5QN3P3","at":"2026-01-01T00:00:00Z","subject":"Zelt \"kaputt\"","textBody":"Straße\n日本語","from":[{"name":"Jürgen","email":"j@example.net"}],"to":[{"name":null,"email":"s@example.com"}],"rawBlobId":"Bd7439bee24773bcbfa2d0a97947ee36227b10d1022b1a55847e928965bb6bfde","id":"m01M80RJ47FKQ9F7J59BP271J72","created":"2026-11-22T04:34:49.711194Z","updated":"2026-11-22T04:34:49.711194Z","conversationId":null,"channelId":null,"direction":null,"authorId":null,"customerId":null,"submissionId":null,"sentAt":null,"replyTo":[],"cc":[],"preview":null,"body":[],"bodyIsCut":false,"htmlBlobId":null,"attachments":[],"messageId":null,"inReplyTo":[],"references":[],"automatic":null,"warnings":{},"delivery":null}');
DELETE FROM "person_fts_data";
INSERT INTO "person_fts_data" ("id", "block") VALUES (1, X'0101');
INSERT INTO "person_fts_data" ("id", "block") VALUES (10, X'000000000101010001010101');
INSERT INTO "person_fts_data" ("id", "block") VALUES (137438953473, X'0000001d0430616e61010202000331616e010202000432616e61010202040808');
DELETE FROM "person_fts_idx";
INSERT INTO "person_fts_idx" ("segid", "term", "pgno") VALUES (1, X'', 2);
DELETE FROM "person_fts_docsize";
INSERT INTO "person_fts_docsize" ("id", "sz") VALUES (1, X'01');
DELETE FROM "person_fts_config";
INSERT INTO "person_fts_config" ("k", "v") VALUES ('version', 4);
DELETE FROM "customer_fts_data";
INSERT INTO "customer_fts_data" ("id", "block") VALUES (1, X'010100');
INSERT INTO "customer_fts_data" ("id", "block") VALUES (10, X'000000000101010001010101');
INSERT INTO "customer_fts_data" ("id", "block") VALUES (137438953473, X'0000001f0630656c697365010202000331656c010202000432656c69010202040a08');
DELETE FROM "customer_fts_idx";
INSERT INTO "customer_fts_idx" ("segid", "term", "pgno") VALUES (1, X'', 2);
DELETE FROM "customer_fts_docsize";
INSERT INTO "customer_fts_docsize" ("id", "sz") VALUES (1, X'0100');
DELETE FROM "customer_fts_config";
INSERT INTO "customer_fts_config" ("k", "v") VALUES ('version', 4);
DELETE FROM "case__fts_data";
INSERT INTO "case__fts_data" ("id", "block") VALUES (1, X'0102');
INSERT INTO "case__fts_data" ("id", "block") VALUES (10, X'000000000102020002010101020101');
INSERT INTO "case__fts_data" ("id", "block") VALUES (137438953473, X'0000001e053074656e74010202000331746501020200043274656e010202040908');
INSERT INTO "case__fts_data" ("id", "block") VALUES (274877906945, X'000000370630616761696e010203010474656e74010302000331616701020301027465010302000432616761010203010374656e010302040a09080709');
DELETE FROM "case__fts_idx";
INSERT INTO "case__fts_idx" ("segid", "term", "pgno") VALUES (1, X'', 2);
INSERT INTO "case__fts_idx" ("segid", "term", "pgno") VALUES (2, X'', 2);
DELETE FROM "case__fts_docsize";
INSERT INTO "case__fts_docsize" ("id", "sz") VALUES (1, X'02');
DELETE FROM "case__fts_config";
INSERT INTO "case__fts_config" ("k", "v") VALUES ('version', 4);
DELETE FROM "message_fts_data";
INSERT INTO "message_fts_data" ("id", "block") VALUES (1, X'01020307');
INSERT INTO "message_fts_data" ("id", "block") VALUES (10, X'000000000101010001010101');
INSERT INTO "message_fts_data" ("id", "block") VALUES (137438953473, X'000002010430636f6db29d90c690908080000601020801076578616d706c65b29d90c69090808000080102040501016ab29d90c69090808000060102030205757267656eb29d90c690908080000601020201066b6170757474b29d90c69090808000020301036e6574b29d90c6909080800006010205010173b29d90c69090808000060102060206747261737365b29d90c690908080000601010201047a656c74b29d90c6909080800002020106e697a5e69cacb29d90c690908080000601010302059cace8aa9eb29d90c69090808000060101040103e8aa9eb29d90c6909080800006010104000331636fb29d90c690908080000601020801026578b29d90c69090808000080102040501026a75b29d90c690908080000601020201026b61b29d90c69090808000020301026e65b29d90c690908080000601020501027374b29d90c690908080000601010201027a65b29d90c6909080800002020106e697a5e69cacb29d90c690908080000601010302059cace8aa9eb29d90c6909080800006010104000432636f6db29d90c69090808000060102080103657861b29d90c69090808000080102040501036a7572b29d90c690908080000601020201036b6170b29d90c69090808000020301036e6574b29d90c69090808000060102050103737472b29d90c690908080000601010201037a656cb29d90c690908080000202041217101413121015111514121212110f11110f1514131312101212');
DELETE FROM "message_fts_idx";
INSERT INTO "message_fts_idx" ("segid", "term", "pgno") VALUES (1, X'', 2);
DELETE FROM "message_fts_docsize";
INSERT INTO "message_fts_docsize" ("id", "sz") VALUES (7238556057600000000, X'020307');
DELETE FROM "message_fts_config";
INSERT INTO "message_fts_config" ("k", "v") VALUES ('version', 4);
DELETE FROM "comment_fts_data";
INSERT INTO "comment_fts_data" ("id", "block") VALUES (1, X'');
INSERT INTO "comment_fts_data" ("id", "block") VALUES (10, X'00000000000000');
DELETE FROM "comment_fts_idx";
DELETE FROM "comment_fts_docsize";
DELETE FROM "comment_fts_config";
INSERT INTO "comment_fts_config" ("k", "v") VALUES ('version', 4);
INSERT INTO "blob_ref" ("blobId", "account", "recordId") VALUES ('Bd7439bee24773bcbfa2d0a97947ee36227b10d1022b1a55847e928965bb6bfde', 1, 'm01M80RJ47FKQ9F7J59BP271J72');
INSERT INTO "identity" ("key", "row") VALUES ('email:e@example.net', 1);
COMMIT;
