#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# The list of files with strings, the catalogues, and the list of languages.

. "$(dirname "$0")/tap.sh"
need xgettext gettext
need msgfmt gettext

po/update-potfiles.sh > "$scratch/potfiles" 2>&1
diff -u po/POTFILES.in "$scratch/potfiles" > "$scratch/diff" 2>&1
result "POTFILES.in lists every file with strings (po/update-potfiles.sh --write)" "$scratch/diff"

grep -v '^#' po/POTFILES.in | while read -r file; do
  [ -f "$file" ] || echo "missing: $file"
done > "$scratch/missing"
result "every file of POTFILES.in is there" "$scratch/missing"

grep -v '^#' po/POTFILES.in > "$scratch/list"
xgettext --files-from="$scratch/list" --from-code=UTF-8 --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=NC_:1c,2 \
  --keyword=g_dngettext:2,3 --add-comments=Translators --output="$scratch/casement.pot" > "$scratch/xgettext" 2>&1
# The header of a fresh template says CHARSET until somebody fills it in.
grep -v 'CHARSET' "$scratch/xgettext" > "$scratch/warnings"
[ -s "$scratch/casement.pot" ] || echo "no template came out" >> "$scratch/warnings"
result "xgettext reads every string" "$scratch/warnings"

sed 's/#.*//' po/LINGUAS | tr ' ' '\n' | grep . | sort > "$scratch/linguas"
find po -name '*.po' -exec basename {} .po \; | sort > "$scratch/have"
diff "$scratch/linguas" "$scratch/have" > "$scratch/languages"
result "LINGUAS names the catalogues that are there" "$scratch/languages"

: > "$scratch/msgfmt"
for file in po/*.po; do
  [ -f "$file" ] || continue
  msgfmt --check --output-file=/dev/null "$file" 2>> "$scratch/msgfmt"
done
result "every catalogue is sound" "$scratch/msgfmt"
finish
