#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# fuzz.sh PROGRAM FOLDER [SECONDS [KEEP]]: lets libFuzzer break the messages in FOLDER/corpus for CASEMENT_FUZZ_SECONDS, or
# else for SECONDS, or else for a minute. What it learns and what breaks is kept in the folder KEEP, if there is one.
set -eu
program=$1
folder=$2
seconds=${CASEMENT_FUZZ_SECONDS:-${3:-60}}
keep=${4:-}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
learnt=${keep:-$scratch}/learnt
mkdir -p "$learnt"
# Where a workspace is made.
export TMPDIR="$scratch"

# A message that takes more than five seconds with a sanitizer takes more than one without.
set -- -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -max_len=16384 -dict="$folder/reader.dict" -print_final_stats=1 -verbosity=0 \
  -artifact_prefix="${keep:-$scratch}/"
# Where a failure stops others it has to be the same one the next time.
[ -n "$keep" ] || set -- "$@" -seed=1
if "$program" "$@" "$learnt" "$folder/corpus" > "$scratch/log" 2>&1; then
  grep stat:: "$scratch/log"
  exit 0
fi
tail -n 60 "$scratch/log"
for found in "${keep:-$scratch}"/crash-* "${keep:-$scratch}"/timeout-* "${keep:-$scratch}"/oom-* "${keep:-$scratch}"/leak-*; do
  if [ -f "$found" ]; then
    echo "In base64, the message that does it:"
    base64 "$found"
  fi
done
exit 1
