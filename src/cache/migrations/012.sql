-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- What filters ask for and few cases have: 1, or NULL.
ALTER TABLE case_ ADD COLUMN attached INTEGER;
ALTER TABLE case_ ADD COLUMN pressing INTEGER;
UPDATE case_ SET attached = 1 WHERE instr (coalesce (view, base), '"hasAttachment":true') > 0;
UPDATE case_ SET pressing = 1 WHERE instr (coalesce (view, base), '"priority":"urgent"') > 0 OR instr (coalesce (view, base), '"priority":"high"') > 0;
CREATE INDEX case_attached ON case_ (rank, lane, status) WHERE attached IS NOT NULL;
CREATE INDEX case_pressing ON case_ (rank, lane, status) WHERE pressing IS NOT NULL;
