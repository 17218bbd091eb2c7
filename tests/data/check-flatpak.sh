#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# The Flatpak manifest, by the rules of Flathub's linter that can be held without a network.

. "$(dirname "$0")/tap.sh"
need jq jq

id=org.casement.Casement
manifest=flatpak/$id.json
jq -e . "$manifest" > /dev/null 2> "$scratch/json" && : > "$scratch/json"
result "the manifest is JSON" "$scratch/json"
equal "the id is the file's name" "$id" "$(jq -r .id "$manifest")"
equal "the command is the app" casement "$(jq -r .command "$manifest")"
equal "runtime and SDK are GNOME's" 'org.gnome.Platform org.gnome.Sdk' "$(jq -r '.runtime + " " + .sdk' "$manifest")"
equal "the permissions are these and no more" \
  '--device=dri --share=ipc --share=network --socket=fallback-x11 --socket=wayland' \
  "$(jq -r '."finish-args" | sort | join(" ")' "$manifest")"
jq -r '.modules[] | .name as $of | .sources[] |
  if .type == "archive" then
    select((.sha256 // "" | test("^[0-9a-f]{64}$") | not) or (.url // "" | startswith("https://") | not)) | $of
  elif .type == "git" then select(.tag == null) | $of
  elif .type == "dir" then select(.path != ".." or $of != "casement") | $of
  else $of end' "$manifest" > "$scratch/sources" 2>&1
result "every source is pinned" "$scratch/sources"
jq -r '.. | objects | select(has("build-args")) | "build-args: " + (."build-args" | join(" "))' "$manifest" > "$scratch/args"
result "no module builds with a network" "$scratch/args"
jq -r 'keys[] | select(IN("id", "runtime", "runtime-version", "sdk", "command", "finish-args", "cleanup", "modules") | not)' "$manifest" > "$scratch/keys"
result "no unknown keys" "$scratch/keys"
equal "the last module is the app" casement "$(jq -r '.modules[-1].name' "$manifest")"
finish
