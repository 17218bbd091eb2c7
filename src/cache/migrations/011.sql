-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- Replies that were to leave later and wait for their author.
CREATE INDEX submission_held ON submission (at) WHERE instr (coalesce (view, base), '"undoStatus":"held"') > 0;
