# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# Prints every function of a GNU-style C file that is longer than `limit` lines, and every function whose brace is not
# in column 0 and that could therefore not be measured. A function runs from the line with its name to `}` in column 0.

function reset ()
{
  name = ""
  start = 0
}

FNR == 1 { reset(); inside = 0 }

inside && /^}/ {
  if (name != "" && FNR - start + 1 > limit)
    printf "%s:%d: %s has %d lines, %d are allowed\n", FILENAME, start, name, FNR - start + 1, limit
  if (name != "")
    measured++
  inside = 0
  reset()
  next
}

inside { next }

/^{/ { inside = 1; next }

/^[ \t]*$/ || /^#/ { reset(); next }

# "name (" in column 0; the return type stands on the line before. Declarations end in a semicolon.
/^[A-Za-z_][A-Za-z0-9_]* ?\(/ {
  name = $0
  sub(/ ?\(.*/, "", name)
  start = FNR
}

# A type or an attribute may precede the name on its line; then the brace must still be in column 0.
/^[A-Za-z_].*\) *{ *$/ && !/=/ {
  printf "%s:%d: the brace of a function belongs in column 0\n", FILENAME, FNR
}

/^[A-Za-z_][A-Za-z0-9_ *]*[ *][A-Za-z_][A-Za-z0-9_]* \(.*[^;]$/ && name == "" && !/=/ && !/^(typedef|struct|enum|union|extern)/ {
  name = $0
  sub(/ \(.*/, "", name)
  sub(/.*[ *]/, "", name)
  start = FNR
}

/;[ \t]*$/ { reset() }

END {
  if (!measured)
    print "not one function was found"
}
