#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# UI files, resource lists and icons.

. "$(dirname "$0")/tap.sh"
need xmllint libxml2-utils

sources '*.ui' '*.svg' '*.xml' '*.xml.in' > "$scratch/files"
xargs -r xmllint --nonet --noout < "$scratch/files" > "$scratch/xml" 2>&1
sources '*.ui' | grep -q . || echo "no UI file" >> "$scratch/xml"
result "all XML is well formed" "$scratch/xml"

# Shipped strings are translatable on purpose or not at all; a label without the mark is a forgotten one.
sources '*.ui' | while read -r file; do
  grep -nE '<property name="(label|title|subtitle|tooltip-text|placeholder-text|description)">[^<]*[A-Za-z]' "$file" | sed "s|^|$file:|"
done > "$scratch/marks"
result "every text of a UI file is translatable" "$scratch/marks"

sources '*.gresource.xml' | xargs -r cat > "$scratch/resources"
sources '*.ui' '*.css' | grep '^ui/' | while read -r file; do
  grep -qF "$(basename "$file")" "$scratch/resources" || echo "$file is in no resource list"
done > "$scratch/lost"
result "every UI file is in the resources" "$scratch/lost"

icon=data/icons/hicolor/scalable/apps/org.casement.Casement.svg
symbolic=data/icons/hicolor/symbolic/apps/org.casement.Casement-symbolic.svg
equal "the icon is square" '0 0 128 128' "$(xmllint --nonet --xpath 'string(/*/@viewBox)' "$icon")"
equal "the symbolic icon has 16 pixels" '0 0 16 16' "$(xmllint --nonet --xpath 'string(/*/@viewBox)' "$symbolic")"
grep -oE '#[0-9a-fA-F]{3,8}' "$symbolic" | sort -u | tail -n +2 > "$scratch/colours"
result "the symbolic icon has one colour" "$scratch/colours"
grep -nE '<(script|image|foreignObject|style)|href="[^#]' "$icon" "$symbolic" > "$scratch/foreign"
result "the icons hold nothing foreign" "$scratch/foreign"
finish
