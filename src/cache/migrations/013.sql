-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- 1: the case has a reply of mine, or I own it and it has one, of which somebody has to say what becomes of it. NULL otherwise.
ALTER TABLE case_ ADD COLUMN undecided INTEGER;
CREATE INDEX case_undecided ON case_ (id) WHERE undecided IS NOT NULL;
