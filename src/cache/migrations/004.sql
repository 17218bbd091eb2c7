-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Casement authors

SELECT 1;
