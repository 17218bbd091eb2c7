-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- 1: nobody knows whether this reply was delivered, and somebody has to say what becomes of it.
ALTER TABLE message ADD COLUMN unsure INTEGER;
CREATE INDEX message_unsure ON message (at) WHERE unsure IS NOT NULL;
