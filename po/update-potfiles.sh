#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# Prints what po/POTFILES.in has to hold, or writes it with --write. The data suite compares the two.

set -eu
cd "$(dirname "$0")/.."
export LC_ALL=C

list ()
{
  echo '# Every file with strings for people, sorted. po/update-potfiles.sh --write makes this list; the data suite checks it.'
  {
    find data -name '*.desktop.in' -o -name '*.metainfo.xml.in' -o -name '*.gschema.xml'
    # A folder without any string is no error, though grep says so.
    find ui -name '*.ui' -exec grep -l 'translatable="yes"' {} + || true
    find src -name '*.[ch]' -exec grep -lE '(^|[^A-Za-z0-9_])(_|N_|C_|NC_|ngettext|g_dngettext|g_dpgettext2?) ?\(' {} + || true
  } | sort
}

if [ "${1:-}" = --write ]; then
  list > po/POTFILES.in.new
  mv po/POTFILES.in.new po/POTFILES.in
else
  list
fi
