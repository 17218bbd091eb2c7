# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
"""Adds up the JUnit files that meson wrote, one a suite, and prints the closing line."""

import os
import sys
import xml.etree.ElementTree as ET

logs, suites = sys.argv[1], sys.argv[2:]
total = {'passed': 0, 'failed': 0, 'skipped': 0}
broken = os.path.exists(os.path.join(logs, 'failed'))
if broken:
    with open(os.path.join(logs, 'failed'), encoding='utf-8') as f:
        print(f.read(), end='')

for suite in suites:
    counts = {'passed': 0, 'failed': 0, 'skipped': 0}
    path = os.path.join(logs, suite + '.xml')
    if os.path.exists(path):
        for case in ET.parse(path).iter('testcase'):
            kinds = {child.tag for child in case}
            if kinds & {'failure', 'error'}:
                counts['failed'] += 1
                print(f"failed: {suite}: {case.get('classname', '')} {case.get('name')}")
            elif 'skipped' in kinds:
                counts['skipped'] += 1
                print(f"skipped: {suite}: {case.get('name')}")
            else:
                counts['passed'] += 1
    if not any(counts.values()):
        print(f'suite {suite} ran nothing')
        counts['failed'] += 1
    for kind, number in counts.items():
        total[kind] += number

if broken and total['failed'] == 0:
    total['failed'] = 1
print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
sys.exit(1 if total['failed'] else 0)
