-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

-- Customers who were merged into others: few of many.
ALTER TABLE customer ADD COLUMN merged_into TEXT;
UPDATE customer SET merged_into = json_extract (coalesce (view, base), '$.mergedIntoId')
  WHERE instr (coalesce (view, base), '"mergedIntoId":"') > 0 AND json_valid (coalesce (view, base));
CREATE INDEX customer_merged ON customer (merged_into) WHERE merged_into IS NOT NULL;

-- Since when this person is asked to review a reply: that is shown among the mentions.
ALTER TABLE draft_ ADD COLUMN asked_at INTEGER;
