# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
"""Adds up the JUnit files that meson wrote, and prints the closing line. Every suite that is named must have run something."""

import glob
import os
import re
import sys
import xml.etree.ElementTree as ET

logs, suites = sys.argv[1], sys.argv[2:]
total = {'passed': 0, 'failed': 0, 'skipped': 0}
ran = set()
broken = os.path.exists(os.path.join(logs, 'failed'))
if broken:
    with open(os.path.join(logs, 'failed'), encoding='utf-8') as f:
        print(f.read(), end='')

for path in sorted(glob.glob(os.path.join(logs, '*.xml'))):
    for case in ET.parse(path).iter('testcase'):
        # A program that speaks TAP is the class of its cases; another one is a case itself.
        test = case.get('classname', '') if ' / ' in case.get('classname', '') else case.get('name')
        ran.add(re.search(r'casement:(\S+) / ', test).group(1))
        kinds = {child.tag for child in case}
        kind = 'failed' if kinds & {'failure', 'error'} else 'skipped' if 'skipped' in kinds else 'passed'
        total[kind] += 1
        if kind != 'passed':
            print(f"{kind}: {test}: {case.get('name')}")

for suite in suites:
    if suite not in ran:
        print(f'suite {suite} ran nothing')
        total['failed'] += 1

if broken and total['failed'] == 0:
    total['failed'] = 1
print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
sys.exit(1 if total['failed'] else 0)
