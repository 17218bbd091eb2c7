-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- Cases name the replies of which somebody has to say what becomes of them. With another `messagesState` clients look at these cases again:
-- that a reply was held they may not have heard.
CREATE TABLE marked AS
  SELECT c.rowid AS caseRow, json_group_object (u.id, json_object ('by', u.authorId)) AS undecided
  FROM (
    SELECT m.caseId, m.id, m.authorId FROM outgoing AS o JOIN message AS m ON m.account = 1 AND m.id = o.messageId
    WHERE o.state = 'unknown' AND m.submissionId IS NOT NULL AND iif (json_valid (m.json), m.json, '{}') ->> '$.delivery.state' = 'unknown'
    UNION ALL
    SELECT caseId, id, authorId FROM submission WHERE account = 1 AND undoStatus = 'held'
  ) AS u JOIN case_ AS c ON c.account = 1 AND c.id = u.caseId
  WHERE json_valid (c.json)
  GROUP BY c.rowid;
UPDATE case_ SET
  json = json_set (case_.json, '$.undecided', json (marked.undecided), '$.messagesState', upper (hex (randomblob (13)))),
  modseq = (SELECT modseq FROM account WHERE account = 1) + marked.rowid
FROM marked WHERE case_.rowid = marked.caseRow;
UPDATE account SET modseq = modseq + (SELECT count (*) FROM marked) WHERE account = 1;
UPDATE type_state SET modseq = (SELECT modseq FROM account WHERE account = 1) WHERE account = 1 AND type = 'c' AND EXISTS (SELECT 1 FROM marked);
DROP TABLE marked;
