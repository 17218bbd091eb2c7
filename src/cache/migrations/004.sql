-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- Messages in half the space. Their rowid is now the receipt time in steps of 8 seconds since 2000, or a free number near
-- it: full text keeps differences of rowids, and small ones take few bytes. `packed` is what was in `base`, made
-- smaller by csm_pack(); `base` is '' then, and still NULL where there is none. What is here already is brought over slice by
-- slice, and indexed anew as after a first sync; message_text_old goes in slices too.
ALTER TABLE message ADD COLUMN packed BLOB;
DROP INDEX message_place;

-- The case of each indexed message, since a search asks for a thousand at once; 0: the case is not here.
CREATE TABLE message_hit (rowid INTEGER PRIMARY KEY, case_rowid INTEGER NOT NULL) STRICT;
DROP INDEX case_place;
CREATE INDEX case_seat ON case_ (rowid, rank);

ALTER TABLE message_text RENAME TO message_text_old;
DROP VIEW message_content;
CREATE VIEW message_content AS
  SELECT rowid,
    json_extract (json, '$.subject') AS subject,
    json_extract (json, '$.textBody') AS text,
    replace (replace (coalesce (json_extract (json, '$.from'), '') || coalesce (json_extract (json, '$.to'), '')
      || coalesce (json_extract (json, '$.cc'), ''), '"name":', ''), '"address":', '') AS names
  FROM (SELECT m.rowid AS rowid, coalesce (m.view, csm_unpack (m.packed), m.base) AS json FROM message AS m);
CREATE VIRTUAL TABLE message_text USING fts5 (subject, text, names,
  content = 'message_content', content_rowid = 'rowid', tokenize = 'casement', prefix = '2 3', columnsize = 0);

UPDATE search_floor SET floor = 9223372036854775807 WHERE name = 'message' AND EXISTS (SELECT 1 FROM message);
DELETE FROM meta WHERE key = 'merged-message' AND EXISTS (SELECT 1 FROM message);
INSERT INTO message_text (message_text, rank)
  SELECT o.name, o.value FROM (SELECT 'automerge' AS name, 0 AS value UNION ALL SELECT 'crisismerge', 1900 UNION ALL SELECT 'usermerge', 16) AS o
  WHERE EXISTS (SELECT 1 FROM search_floor WHERE name = 'message' AND floor = 9223372036854775807);
