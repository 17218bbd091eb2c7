#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# The settings schema, and that the app names no key that it lacks (GSettings aborts on one).

. "$(dirname "$0")/tap.sh"
need glib-compile-schemas libglib2.0-bin
need xmllint libxml2-utils

schema=data/org.casement.Casement.gschema.xml
try "the schema compiles strictly" glib-compile-schemas --strict --dry-run data
equal "path" /org/casement/Casement/ "$(xmllint --nonet --xpath 'string(//schema/@path)' "$schema")"

xmllint --nonet --xpath '//key/@name' "$schema" | sed 's/.*"\(.*\)".*/\1/' | sort > "$scratch/keys"
xmllint --nonet --xpath '//key[not(summary) or not(description)]/@name' "$schema" > "$scratch/bare" 2> /dev/null
result "every key is described" "$scratch/bare"

# Calls may run over two lines, so lines are joined first.
find src -name '*.c' -exec cat {} + | tr '\n' ' ' \
  | grep -oE 'g_settings_(get|set|bind|reset|create_action|is_writable|list)[a-z_]* ?\([^";]*"[a-z0-9-]+"' \
  | sed 's/.*"\([a-z0-9-]*\)"$/\1/' | sort -u > "$scratch/used"
comm -13 "$scratch/keys" "$scratch/used" > "$scratch/unknown"
result "the app uses only keys of the schema" "$scratch/unknown"
finish
