#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# fault-sink.sh FILE [ADDRESS…]: takes a mail on standard input as sendmail does. Appends its Message-ID to FILE, one line
# for each mail that was taken, the mail itself to FILE.mails, and to FILE.letters a line of what says to whom it goes, with tabs
# between: Message-ID, the addresses that were given, To, Cc, Bcc.
set -eu
sink=$1
shift
mail=$(cat)
id=$(printf '%s\n' "$mail" | sed -n 's/^Message-ID: *<\(.*\)>.*/\1/ip' | head -n 1)
letter=$(printf '%s\n' "$mail" | awk -v id="$id" -v given="$*" '
  ended { next }
  { sub (/\r$/, "") }
  /^$/ { ended = 1; next }
  /^[ \t]/ { sub (/^[ \t]+/, " "); field[name] = field[name] $0; next }
  { name = $0; sub (/:.*/, "", name); name = tolower (name); field[name] = field[name] substr ($0, length (name) + 2) }
  END { printf "%s\t%s\t%s\t%s\t%s\n", id, given, field["to"], field["cc"], field["bcc"] }')
printf '%s\n\n' "$mail" >> "$sink.mails"
printf '%s\n' "$letter" >> "$sink.letters"
printf '%s\n' "${id:-without an id}" >> "$sink"
