-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- Lists can be ordered by when something is due.
ALTER TABLE case_ ADD COLUMN due_at INTEGER;
UPDATE case_ SET due_at = CAST (strftime ('%s', json_extract (coalesce (view, base), '$.dueAt')) AS INTEGER) * 1000000
  WHERE instr (coalesce (view, base), '"dueAt":"') > 0 AND json_valid (coalesce (view, base));
CREATE INDEX case_due ON case_ (due_at) WHERE due_at IS NOT NULL;
