-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- What a creation was made from is kept for a while only, as the results of operations are.

ALTER TABLE creation ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
UPDATE creation SET at = unixepoch () * 1000000;
CREATE INDEX creation_at ON creation (at);
