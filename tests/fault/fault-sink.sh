#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# fault-sink.sh FILE [ADDRESS…]: takes a mail on standard input as sendmail does. Appends its Message-ID to FILE, one line
# for each mail that was taken, and the mail itself to FILE.mails.
set -eu
sink=$1
mail=$(cat)
id=$(printf '%s\n' "$mail" | sed -n 's/^Message-ID: *<\(.*\)>.*/\1/ip' | head -n 1)
printf '%s\n\n' "$mail" >> "$sink.mails"
printf '%s\n' "${id:-without an id}" >> "$sink"
