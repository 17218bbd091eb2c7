# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
"""Runs bench programs and makes one table of the rows that they print; csm-bench.c says what a row is."""

import os
import subprocess
import sys
import time

build, wanted = sys.argv[1], sys.argv[2:]
LONGEST = 900
RELATIONS = {'at-most': '≤', 'at-least': '≥', 'beside': ''}


def number(value):
    """Three digits that matter."""
    return f'{value:,.0f}' if abs(value) >= 1000 else f'{value:.3g}'


def verdict(value, limit, relation, factor):
    """The ratio to the limit, and whether that is as it should be."""
    ratio = value / limit if limit else float('inf')
    good = {'at-most': value <= factor * limit, 'at-least': value >= factor * limit, 'beside': True}[relation]
    shown = f'{ratio:.2f}×'
    if relation == 'beside':
        return shown, True
    return f'{shown} {RELATIONS[relation]} {factor:g}× ' + ('ok' if good else 'MISSED'), good


def find_programs():
    """What meson listed, in its order."""
    with open(os.path.join(build, 'tests', 'bench', 'programs'), encoding='utf-8') as listing:
        for line in listing:
            path = line.strip()
            name = os.path.basename(path).removeprefix('bench-')
            if path and not path.startswith('#') and (not wanted or name in wanted):
                yield name, os.path.join(build, path)


rows, problems = [], []
for name, path in find_programs():
    started = time.monotonic()
    print(f'── {name}', file=sys.stderr, flush=True)
    try:
        done = subprocess.run([path], stdout=subprocess.PIPE, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        problems.append(f'{name}: took more than fifteen minutes')
        continue
    found = [line.split('\t') for line in done.stdout.splitlines() if line.startswith('row\t')]
    if done.returncode != 0:
        problems.append(f'{name}: ended with {done.returncode}')
    if not found:
        problems.append(f'{name}: measured nothing')
    for _, row, value, unit, limit, relation, factor, what, samples in found:
        shown, good = verdict(float(value), float(limit), relation, float(factor))
        if not good:
            problems.append(f'{row}: misses its target')
        if int(samples) <= 0:
            problems.append(f'{row}: no samples')
        rows.append((row, number(float(value)), unit, number(float(limit)), shown, what, samples))
    print(f'   {time.monotonic() - started:.0f} s', file=sys.stderr, flush=True)

if not rows:
    problems.append('there is nothing to measure')
head = ('name', 'value', 'unit', 'limit', 'ratio', 'the limit is', 'samples')
widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
right = {1, 3, 6}
for row in [head, tuple('─' * width for width in widths), *rows]:
    print('  '.join(cell.rjust(widths[i]) if i in right else cell.ljust(widths[i]) for i, cell in enumerate(row)).rstrip())
for problem in problems:
    print(f'FAILED {problem}')
sys.exit(1 if problems else 0)
