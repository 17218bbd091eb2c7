#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# corpora.sh READ_FILES PROGRAM FOLDER: reads all messages in the archives of public test mail in FOLDER.
set -eu
read_files=$1
program=$2
folder=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for archive in "$folder"/*.tar.xz; do
  tar -C "$work" -xJf "$archive"
done
"$read_files" "$program" "$work"
