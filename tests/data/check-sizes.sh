#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# Files and functions that one can still read.

. "$(dirname "$0")/tap.sh"
checks=tests/data

sources '*.c' '*.h' > "$scratch/files"
xargs -r wc -l < "$scratch/files" | awk '$2 != "total" && $1 > 900 { print $2 " has " $1 " lines, 900 are allowed" }' > "$scratch/long"
grep -q '^src/' "$scratch/files" || echo "no C file below src" >> "$scratch/long"
result "no C file is over 900 lines" "$scratch/long"

grep '\.c$' "$scratch/files" | xargs -r awk -v limit=80 -f "$checks/functions.awk" > "$scratch/functions"
result "no function is over 80 lines" "$scratch/functions"
finish
