#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# The first two lines of every file, and what has no place in any.

. "$(dirname "$0")/tap.sh"

# "#!" and "<?xml" have to come first; then, and everywhere else at once, come licence and copyright.
# Software centres copy the metainfo into their catalogues, therefore it is free of conditions.
{
  sources '*.c' '*.h' '*.sh' '*.awk' '*.py' '*.js' '*.mjs' '*.css' '*.ui' '*.svg' '*.xml' '*.in' meson.build | grep -v '^po/POTFILES'
  find . -maxdepth 1 -type f \( -name meson.build -o -name meson_options.txt -o -name Makefile \)
} > "$scratch/files"
xargs -r awk '
  FNR == 1 { at = /^#!/ || /^<\?xml/ ? 2 : 1 }
  FNR == at { licence = FILENAME ~ /\.metainfo\.xml\.in$/ ? "CC0-1.0" : "GPL-3.0-or-later" }
  FNR == at && index($0, "SPDX-License-Identifier: " licence) == 0 { print FILENAME ": line " at " is not the licence" }
  FNR == at + 1 && !/Copyright The Casement authors/ { print FILENAME ": line " at + 1 " is not the copyright" }
' < "$scratch/files" > "$scratch/heads"
grep -q '^src/.*\.c$' "$scratch/files" || echo "no C file below src" >> "$scratch/heads"
result "every file begins with licence and copyright" "$scratch/heads"

# The words are put together here, so that this file doesn't hold them.
words="TO""DO|FIX""ME|XX""X|HA""CK:"
sources '*' | grep -vE '\.(eml|png|mbox)$' | xargs -r grep -nwE "$words" > "$scratch/words"
result "nothing is left for later" "$scratch/words"

places="/wo""rk/(main|shared)|/tm""p/w/|/ho""me/[a-z]"
sources '*' | xargs -r grep -nIE "$places" > "$scratch/places"
result "no path of somebody's machine" "$scratch/places"

# What they copy shares counts without atomics, which two threads must not: csm_json_copy() shares nothing.
sources '*.c' | grep '^src/' | xargs -r grep -nwE 'json_(node_copy|object_dup_member|array_dup_element)' > "$scratch/copies"
result "no copy of JSON shares what is below" "$scratch/copies"

sources '*.c' '*.h' '*.ui' '*.css' '*.sh' meson.build | xargs -r grep -nE '[[:blank:]]+$' > "$scratch/blanks"
result "no blanks at line ends" "$scratch/blanks"
finish
