#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# What AppStream demands, and what Flathub demands beyond it (plain appstreamcli passes without most of these).

. "$(dirname "$0")/tap.sh"
need appstreamcli appstream
need xmllint libxml2-utils

id=org.casement.Casement
file=data/$id.metainfo.xml.in

xpath ()
{
  xmllint --nonet --xpath "string($1)" "$file"
}

count ()
{
  xmllint --nonet --xpath "count($1)" "$file"
}

# Release 0.16 in Debian 12 does not know <developer> yet; anything else it says is a complaint.
appstreamcli validate --no-net "$file" > "$scratch/validate" 2>&1
status=$?
grep -E '^ *[EWI]:' "$scratch/validate" | grep -v 'unknown-tag developer$' > "$scratch/complaints"
[ "$status" -eq 0 ] || echo "exit status $status" >> "$scratch/complaints"
result "appstreamcli has no complaint" "$scratch/complaints"

equal "id" "$id" "$(xpath '/component/id')"
equal "launchable" "$id.desktop" "$(xpath '/component/launchable[@type="desktop-id"]')"
equal "project licence" GPL-3.0-or-later "$(xpath '/component/project_license')"
equal "metadata licence" CC0-1.0 "$(xpath '/component/metadata_license')"
equal "one developer with id and name" 1 "$(count '/component/developer[@id and name]')"
equal "content rating" 1 "$(count '/component/content_rating[@type="oars-1.1"]')"
equal "brand colours for light and dark" 2 "$(count '/component/branding/color[@type="primary" and @scheme_preference]')"
for kind in homepage bugtracker vcs-browser; do
  equal "url: $kind" 1 "$(count "/component/url[@type=\"$kind\" and starts-with(., \"https://\")]")"
done

shots=$(count '/component/screenshots/screenshot')
[ "$shots" -ge 2 ] || echo "only $shots screenshots" > "$scratch/shots"
[ "$(count '/component/screenshots/screenshot[@type="default"]')" = 1 ] || echo "not one default screenshot" >> "$scratch/shots"
[ "$(count '/component/screenshots/screenshot[caption and image]')" = "$shots" ] || echo "a screenshot lacks caption or image" >> "$scratch/shots"
xmllint --nonet --xpath '//screenshot/caption/text()' "$file" | grep '\.$' >> "$scratch/shots"
touch "$scratch/shots"
result "screenshots with captions" "$scratch/shots"

xmllint --nonet --xpath '//release/@date' "$file" | sed 's/.*"\(.*\)".*/\1/' > "$scratch/dates"
{
  [ -s "$scratch/dates" ] || echo "no release"
  sort -r "$scratch/dates" | cmp -s - "$scratch/dates" || echo "releases are not newest first"
  [ "$(count '//release[not(description)]')" = 0 ] || echo "a release has no notes"
  awk -v today="$(date -u +%Y-%m-%d)" '$1 > today { print "in the future: " $1 }' "$scratch/dates"
} > "$scratch/releases"
result "releases are dated, newest first, with notes" "$scratch/releases"

summary=$(xpath '/component/summary')
{
  [ "${#summary}" -ge 10 ] && [ "${#summary}" -le 35 ] || echo "summary has ${#summary} characters, 10 to 35 are allowed: $summary"
  case $summary in
    *.) echo "summary ends with a full stop" ;;
    'A '* | 'An '* | 'The '*) echo "summary begins with an article" ;;
    *Casement* | *GTK* | *GNOME*) echo "summary has a name in it" ;;
  esac
} > "$scratch/summary"
result "the summary is short and plain" "$scratch/summary"

name=$(xpath '/component/name')
[ "${#name}" -le 15 ] || echo "name has ${#name} characters" > "$scratch/name"
touch "$scratch/name"
result "the name is short" "$scratch/name"
[ "$(count '/component/description//li')" -le 10 ] || echo "more than 10 list items" > "$scratch/items"
touch "$scratch/items"
result "the description is short" "$scratch/items"
try "the icon is an SVG named by the id" test -s "data/icons/hicolor/scalable/apps/$id.svg"

# An address of the project may stand in one file only, so that a domain can be put in later. Protocol names and the
# sample are not addresses of the project.
grep -rlE 'https://casement\.example/(issues|source|screenshots|contribute|translate|"|<)' data ui po src --include='*' 2> /dev/null \
  | grep -v "^$file\$" > "$scratch/urls"
result "the project's addresses are in one file" "$scratch/urls"
finish
