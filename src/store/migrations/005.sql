-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- Case work: tasks, shared drafts, what was learnt, what was promised, and what is said with partners.

CREATE TABLE shared_comment (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  caseId TEXT,
  partnerId TEXT,
  authorId TEXT,
  at INTEGER,
  json TEXT NOT NULL,
  UNIQUE (account, id),
  FOREIGN KEY (account, caseId) REFERENCES case_ (account, id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (account, partnerId) REFERENCES team (account, id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (account, authorId) REFERENCES person (account, id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE UNIQUE INDEX shared_comment_modseq ON shared_comment (account, modseq);
CREATE UNIQUE INDEX shared_comment_created ON shared_comment (account, createdModseq);
CREATE INDEX shared_comment_case ON shared_comment (account, caseId);

CREATE TABLE service_level (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  json TEXT NOT NULL,
  UNIQUE (account, id)
) STRICT;
CREATE UNIQUE INDEX service_level_modseq ON service_level (account, modseq);
CREATE UNIQUE INDEX service_level_created ON service_level (account, createdModseq);

CREATE TABLE calendar (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  json TEXT NOT NULL,
  UNIQUE (account, id)
) STRICT;
CREATE UNIQUE INDEX calendar_modseq ON calendar (account, modseq);
CREATE UNIQUE INDEX calendar_created ON calendar (account, createdModseq);

CREATE TABLE task (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  caseId TEXT,
  assigneeId TEXT,
  dueAt INTEGER,
  json TEXT NOT NULL,
  UNIQUE (account, id),
  FOREIGN KEY (account, caseId) REFERENCES case_ (account, id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (account, assigneeId) REFERENCES person (account, id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE UNIQUE INDEX task_modseq ON task (account, modseq);
CREATE UNIQUE INDEX task_created ON task (account, createdModseq);
CREATE INDEX task_case ON task (account, caseId);
CREATE INDEX task_assignee ON task (account, assigneeId) WHERE assigneeId IS NOT NULL;
CREATE INDEX task_due ON task (account, dueAt) WHERE dueAt IS NOT NULL;

CREATE TABLE draft_ (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  caseId TEXT,
  conversationId TEXT,
  json TEXT NOT NULL,
  UNIQUE (account, id),
  FOREIGN KEY (account, caseId) REFERENCES case_ (account, id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (account, conversationId) REFERENCES conversation (account, id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE UNIQUE INDEX draft_modseq ON draft_ (account, modseq);
CREATE UNIQUE INDEX draft_created ON draft_ (account, createdModseq);
CREATE INDEX draft_case ON draft_ (account, caseId);
CREATE INDEX draft_conversation ON draft_ (account, conversationId);

CREATE TABLE snippet (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  json TEXT NOT NULL,
  UNIQUE (account, id)
) STRICT;
CREATE UNIQUE INDEX snippet_modseq ON snippet (account, modseq);
CREATE UNIQUE INDEX snippet_created ON snippet (account, createdModseq);

CREATE TABLE template (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  json TEXT NOT NULL,
  UNIQUE (account, id)
) STRICT;
CREATE UNIQUE INDEX template_modseq ON template (account, modseq);
CREATE UNIQUE INDEX template_created ON template (account, createdModseq);

CREATE TABLE article (
  rowid INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  json TEXT NOT NULL,
  UNIQUE (account, id)
) STRICT;
CREATE UNIQUE INDEX article_modseq ON article (account, modseq);
CREATE UNIQUE INDEX article_created ON article (account, createdModseq);

ALTER TABLE case_ ADD COLUMN mergedIntoId TEXT;
ALTER TABLE case_ ADD COLUMN clockAt INTEGER;
ALTER TABLE case_ ADD COLUMN warnAt INTEGER;
CREATE INDEX case_merged ON case_ (account, mergedIntoId) WHERE mergedIntoId IS NOT NULL;
CREATE INDEX case_clock ON case_ (account, clockAt) WHERE clockAt IS NOT NULL;
CREATE INDEX case_warn ON case_ (account, warnAt) WHERE warnAt IS NOT NULL;

-- When the server has to look at a case's clocks again.
CREATE TABLE clock (
  caseId TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX clock_at ON clock (at);

-- What went from one record to another, so that it can go back: the way that each thing took, step by step. A customer's identity goes by its key.
CREATE TABLE moved (
  rowid INTEGER PRIMARY KEY,
  recordId TEXT NOT NULL,
  property TEXT NOT NULL,
  fromId TEXT NOT NULL,
  toId TEXT
) STRICT;
CREATE INDEX moved_record ON moved (recordId, property);
CREATE INDEX moved_from ON moved (fromId, property);

-- What a record was when it was merged into another one.
CREATE TABLE merged (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  note TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Whose turn it was: when somebody last got a case by themselves.
CREATE TABLE assigned (
  personId TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a partner's guests see is an account of its own, with copies of what is shared: partnerId is the Team's id.
ALTER TABLE account ADD COLUMN partnerId TEXT;
CREATE UNIQUE INDEX account_partner ON account (partnerId) WHERE partnerId IS NOT NULL;

-- When a record was in an account before it left and came back: who knew it then is told that it changed, others that it is new.
CREATE TABLE stay (
  account INTEGER NOT NULL REFERENCES account,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  createdModseq INTEGER NOT NULL,
  modseq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (account, type, modseq)
) STRICT, WITHOUT ROWID;
CREATE INDEX stay_at ON stay (at);

-- Codes with which a guest may choose a password, hashed.
CREATE TABLE invitation (
  codeHash TEXT PRIMARY KEY,
  personId TEXT NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_person ON invitation (personId);
CREATE INDEX invitation_until ON invitation (until);
