# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# What the checks share: TAP lines, a scratch directory, and the root of the tree as the first argument. Sourced.

set -u
export LC_ALL=C

root=${1:?the root of the source tree is missing}
cd "$root" || exit 1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tap_count=0
tap_failed=0

# need TOOL PACKAGE: the suite never skips; a missing tool is said at once, with the Debian package that has it.
need ()
{
  if ! command -v "$1" > /dev/null; then
    echo "Bail out! $1 is missing, install $2"
    exit 1
  fi
}

# result NAME FILE: passes when FILE, the list of complaints, is empty.
result ()
{
  tap_count=$((tap_count + 1))
  if [ -s "$2" ]; then
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_count - $1"
    head -n 40 "$2" | sed 's/^/# /'
  else
    echo "ok $tap_count - $1"
  fi
}

# try NAME COMMAND…: passes when the command succeeds; its output explains a failure.
try ()
{
  try_name=$1
  shift
  if "$@" > "$scratch/out" 2>&1; then
    : > "$scratch/out"
  elif [ ! -s "$scratch/out" ]; then
    echo "failed: $*" > "$scratch/out"
  fi
  result "$try_name" "$scratch/out"
}

# equal NAME EXPECTED ACTUAL
equal ()
{
  if [ "$2" = "$3" ]; then
    : > "$scratch/out"
  else
    echo "expected '$2', found '$3'" > "$scratch/out"
  fi
  result "$1" "$scratch/out"
}

# finish: the plan, and the exit status that meson reads when no TAP parser looks.
finish ()
{
  echo "1..$tap_count"
  [ "$tap_failed" -eq 0 ]
  exit
}

# sources PATTERN…: files below src, ui, tests, data and po whose names match one of the patterns, sorted.
sources ()
{
  set -f
  expression=''
  for pattern in "$@"; do
    expression="$expression${expression:+ -o }-name $pattern"
  done
  # Patterns hold no spaces, so splitting is what is wanted here.
  find src ui tests data po -name node_modules -prune -o -type f \( $expression \) -print | sort
  set +f
}
