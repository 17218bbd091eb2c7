#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# Which folder may know what. The build holds the arrows between folders; this holds the libraries.

. "$(dirname "$0")/tap.sh"

# outside ALLOWED PATTERN: uses of PATTERN below src in files whose path doesn't match ALLOWED.
outside ()
{
  grep -rnE --include='*.c' --include='*.h' "$2" src | grep -vE "^($1)"
}

database='src/cache/|src/store/|src/base/csm-db|src/base/csm-tokenizer'
outside "$database" 'sqlite3_|sqlite3\.h|libpq-fe\.h' > "$scratch/sqlite"
result "only cache and store use the database" "$scratch/sqlite"
outside "$database" '"[^"]*(SELECT [^"]|INSERT (OR [A-Z]+ )?INTO |DELETE FROM |UPDATE [a-z_]+ SET |CREATE (UNIQUE |VIRTUAL )?(TABLE|INDEX)|PRAGMA )' > "$scratch/sql"
result "only cache and store speak SQL" "$scratch/sql"
outside 'src/app/|src/original/' '#include <(gtk/|adwaita\.h|gdk/|gsk/)' > "$scratch/gtk"
result "only app and original include GTK" "$scratch/gtk"
outside 'src/client/|src/server/' '#include <libsoup/' > "$scratch/soup"
result "only client and server include libsoup" "$scratch/soup"
outside 'src/reader/|src/channel/' '#include <(gmime/|gumbo\.h)' > "$scratch/mime"
result "only reader and channel include GMime and Gumbo" "$scratch/mime"

# The arrows, one line a folder: the folder, then those it may include from besides itself.
cat > "$scratch/arrows" << 'EOF'
base
reader base
record base
jmap record base
cache record base
client cache jmap record base
app client cache jmap record base
original
store record base
desk store record base reader
channel desk store record base reader
server channel desk store jmap record base reader
EOF
find src -name '*.h' | sort > "$scratch/headers"
find src -name '*.[ch]' -exec grep -HE '^ *# *include "' {} + | awk -v arrows="$scratch/arrows" -v headers="$scratch/headers" '
  BEGIN {
    while ((getline line < arrows) > 0) {
      n = split(line, part, " ")
      for (i = 1; i <= n; i++)
        allowed[part[1], part[i]] = 1
    }
    while ((getline line < headers) > 0) {
      split(line, part, "/")
      base = line
      sub(/.*\//, "", base)
      folder[base] = part[2]
    }
  }
  {
    file = $0
    sub(/:.*/, "", file)
    split(file, part, "/")
    include = $0
    sub(/^[^"]*"/, "", include)
    sub(/".*/, "", include)
    if (include ~ /\.\.\//)
      print file ": leaves its folder: " include
    sub(/.*\//, "", include)
    if (include in folder && !((part[2], folder[include]) in allowed))
      print file ": " part[2] " may not include from " folder[include] ": " include
  }' > "$scratch/up"
[ -s "$scratch/headers" ] || echo "no header below src" >> "$scratch/up"
result "the arrows between folders point one way" "$scratch/up"
finish
