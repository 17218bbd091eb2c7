#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# The sample mailbox and what surrounds it: whole, invented, and fitting together.

. "$(dirname "$0")/tap.sh"
need jq jq

mail=data/sample/mail
workspace=data/sample/workspace.json

ls "$mail" > "$scratch/names"
{
  number=$(grep -c '\.eml$' "$scratch/names")
  [ "$number" -ge 50 ] || echo "only $number mails"
  grep -vE '^[0-9]{3}-[a-z0-9-]+\.eml$' "$scratch/names"
} > "$scratch/odd"
result "the mails are there and numbered" "$scratch/odd"

# A header field, a folded line, or the empty line that ends the header; then a body.
for file in "$mail"/*.eml; do
  tr -d '\r' < "$file" | awk -v file="$file" '
    body { lines++; next }
    /^$/ { body = 1; next }
    /^[ \t]/ { if (NR == 1) print file ": begins with a folded line"; next }
    !/^[!-9;-~]+:/ { print file ": line " NR " is no header field"; exit }
    { field = tolower($0); sub(/:.*/, "", field); seen[field]++ }
    END {
      if (!lines) print file ": no body"
      if (seen["from"] != 1) print file ": not one From"
      if (seen["date"] != 1) print file ": not one Date"
      if (seen["subject"] != 1) print file ": not one Subject"
      if (!seen["to"]) print file ": no To"
      if (seen["message-id"] > 1) print file ": two Message-IDs"
    }'
done > "$scratch/headers"
result "every mail has its header" "$scratch/headers"

# Quoted-printable soft breaks are joined first, and names cut by the wrapping of an invitation too. A body in
# ISO-2022-JP has "@" as part of its characters, so of those only the header counts.
for file in "$mail"/*.eml; do
  if grep -qi 'charset=iso-2022-jp' "$file"; then
    sed '/^\r\{0,1\}$/q' "$file"
  else
    cat "$file"
  fi | tr -d '\r' | sed -e ':again' -e '/=$/{N;s/=\n//;b again' -e '}' > "$scratch/text"
  grep -aoE '[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+' "$scratch/text" \
    | grep -avE '@([a-z0-9-]+\.)*example\.(com|net|org|test)\.?$' | sed "s|^|$file: |"
  grep -aoE 'https?://[A-Za-z0-9.-]+' "$scratch/text" \
    | grep -avE '//([a-z0-9-]+\.)*example\.(com|net|org|test)$' | sed "s|^|$file: |"
done > "$scratch/addresses"
jq -r '.. | strings' "$workspace" | grep -oE '[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+' | grep -vE '@([a-z0-9-]+\.)*example\.(com|net|org|test)$' >> "$scratch/addresses"
result "every address is an invented one" "$scratch/addresses"

# Only what stands before the first empty line counts: a bounce quotes the header of another mail.
for file in "$mail"/*.eml; do
  sed '/^\r\{0,1\}$/q' "$file"
done | sed -n 's/^[Mm]essage-[Ii][Dd]: *\(<.*>\).*/\1/p' | sort > "$scratch/ids"
uniq -d "$scratch/ids" > "$scratch/double"
result "no two mails share a Message-ID" "$scratch/double"
sed -n 's/^In-Reply-To: *\(<.*>\).*/\1/p' "$mail"/*.eml | sort -u | comm -23 - "$scratch/ids" > "$scratch/dangling"
result "every answer has its question" "$scratch/dangling"

if jq -e . "$workspace" > /dev/null 2> "$scratch/json"; then
  : > "$scratch/json"
fi
result "workspace.json is JSON" "$scratch/json"
jq -r '(.cases + .comments + .work)[] | .messageId, .related[]?' "$workspace" | sort -u | comm -23 - "$scratch/ids" > "$scratch/unknown"
result "cases, comments and work name mails of the sample" "$scratch/unknown"
jq -r '
  (.people | map(.email)) as $people | (.teams | map(.name)) as $teams | (.tags | map(.name)) as $tags |
  (.comments[] | .author, .mentions[] | select(IN($people[]) | not)),
  (.cases[] | .owner | select(. != null) | select(IN($people[]) | not)),
  (.cases[] | .team | select(IN($teams[]) | not)),
  (.people[].teams[] | select(IN($teams[]) | not)),
  (.cases[].tags[] | select(IN($tags[]) | not)),
  (.cases[].status | select(IN("new", "open", "waiting", "snoozed", "resolved") | not)),
  (.people[].role | select(IN("admin", "lead", "agent", "guest") | not)),
  ([.work, .templates, .articles] | .. | objects
    | (.assigneeId, .authorId, .doneBy, .requestedBy, .reviewerId, .briefBy, (.expertIds // {} | keys[]))
    | select(. != null and . != "owner" and (IN($people[]) | not))),
  (.work[].shared // empty | .partner | select(IN($teams[]) | not)),
  ([.templates, .snippets] | .. | objects | .teamId | select(. != null and (IN($teams[]) | not))),
  (.templates[].tagIds | keys[] | select(IN($tags[]) | not))' "$workspace" > "$scratch/names" 2>&1
result "people, teams, tags, roles and states exist" "$scratch/names"
finish
