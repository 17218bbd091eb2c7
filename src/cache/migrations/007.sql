-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- Case work: tasks, shared drafts, what was learnt, what was promised, and what is said with partners.

CREATE TABLE shared_comment (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  at INTEGER,
  case_id TEXT,
  author_id TEXT,
  base TEXT,
  view TEXT
) STRICT;
CREATE INDEX shared_comment_case ON shared_comment (case_id, at, author_id);

CREATE TABLE service_level (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  base TEXT,
  view TEXT
) STRICT;

CREATE TABLE calendar (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  base TEXT,
  view TEXT
) STRICT;

-- `todo`: neither done nor skipped.
CREATE TABLE task (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  case_id TEXT,
  assignee_id TEXT,
  due_at INTEGER,
  todo INTEGER NOT NULL DEFAULT 1,
  base TEXT,
  view TEXT
) STRICT;
CREATE INDEX task_case ON task (case_id);
CREATE INDEX task_todo ON task (assignee_id, due_at, gone) WHERE todo;

CREATE TABLE draft_ (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  case_id TEXT,
  base TEXT,
  view TEXT
) STRICT;
CREATE INDEX draft_case ON draft_ (case_id);

-- `words`: what it is about, to be found by what a customer wrote.
CREATE TABLE snippet (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  words TEXT,
  base TEXT,
  view TEXT
) STRICT;

CREATE TABLE template (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  words TEXT,
  base TEXT,
  view TEXT
) STRICT;

CREATE TABLE article (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  gone INTEGER NOT NULL DEFAULT 0,
  stamp INTEGER NOT NULL DEFAULT 0,
  words TEXT,
  base TEXT,
  view TEXT
) STRICT;

-- Of a promise whose time runs: when it is over, and from when on it is due soon (never later). Both lists come out of one index.
ALTER TABLE case_ ADD COLUMN clock_at INTEGER;
ALTER TABLE case_ ADD COLUMN warn_at INTEGER;
CREATE INDEX case_clock ON case_ (warn_at, clock_at, lane, status) WHERE clock_at IS NOT NULL;

-- A merged case has lane 3, which no list shows, and rank 0; it has no tags.
ALTER TABLE case_ ADD COLUMN merged_into TEXT;
CREATE INDEX case_merged ON case_ (merged_into) WHERE merged_into IS NOT NULL;
