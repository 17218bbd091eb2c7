#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
"""make-catalogues XGETTEXT MSGFMT SOURCE FOLDER STAMP [LANGUAGE…]: catalogues for the gallery, as gettext looks for them below FOLDER.

Beside the languages, of po/LANGUAGE.po, there are two made of the sources' own strings: "xa", as long as a translation
may get, with accents and in brackets, so that what is cut off or was never given to translators stands out; and "xb",
written from right to left.
"""

import os
import re
import subprocess
import sys

KEYWORDS = ['_', 'N_', 'C_:1c,2', 'NC_:1c,2', 'ngettext:1,2', 'g_dngettext:2,3', 'g_dpgettext2:2c,3', 'g_dcgettext:2']
ACCENTS = str.maketrans('AaBCcDdEeGgHhIiJjKkLlNnOoRrSsTtUuWwYyZz', 'ÅåßÇçÐðÉéĜĝĤĥÎîĴĵĶķĻļÑñÖöŔŕŠšŢţÛûŴŵÝýŽž')
# What must stay as it is: what printf and strftime put in, markup, names in braces, escapes, entities and addresses
KEPT = re.compile(r'''(%(?:\d+\$)?[-+ #0'*]*\d*(?:\.\d+)?(?:<[A-Za-z0-9]+>|(?:hh|h|ll|l|z|E|O)?[A-Za-z%])
                      |<[^>]*>|\{[^}]*\}|\\.|&[a-z]+;|https?://\S+)''', re.X)
WORDS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']
RIGHT_TO_LEFT, END = '\u202e', '\u202c'


def longer(text):
    """@text, 40 % longer, with accents and between brackets."""
    parts = KEPT.split(text)
    seen = sum(len(part) for part in parts[::2])
    filler, i = '', 0
    while len(filler) < seen * 0.4:
        filler += ' ' + WORDS[i % len(WORDS)] if seen > 8 else '~'
        i += 1
    parts[::2] = [part.translate(ACCENTS) for part in parts[::2]]
    return '[' + ''.join(parts) + filler + ']'


def mirrored(text):
    """@text, each word written from right to left."""
    parts = KEPT.split(text)
    parts[::2] = [re.sub(r'\w[\w’…]*', lambda word: RIGHT_TO_LEFT + word.group() + END, part) for part in parts[::2]]
    return ''.join(parts)


def changed(quoted, change):
    # A line end at the beginning or the end belongs there in every language.
    text = re.fullmatch(r'((?:\\n|\s)*)(.*?)((?:\\n|\s)*)', quoted[1:-1])
    return '"' + text[1] + (change(text[2]) if text[2] else '') + text[3] + '"'


def translate(template, change):
    """A catalogue made of @template, whose strings are one line each, as msgcat --no-wrap writes them."""
    lines, one, many = [], None, None
    header = True
    for line in template.splitlines():
        if line.startswith('#'):
            if not line.startswith('#,') or 'fuzzy' in line:
                continue
        elif line.startswith('msgid '):
            one = many = line[6:]
        elif line.startswith('msgid_plural '):
            many = line[13:]
        elif line.startswith('msgstr') and one == '""' and header:
            header = False
        elif line.startswith('msgstr'):
            line = line[:line.index('"')] + changed(one if line.startswith(('msgstr ', 'msgstr[0]')) else many, change)
        line = line.replace('CHARSET', 'UTF-8').replace('nplurals=INTEGER; plural=EXPRESSION;', 'nplurals=2; plural=(n != 1);')
        lines.append(line)
    return '\n'.join(lines) + '\n'


def joined(template):
    """@template with each string in one line, however long."""
    return re.sub(r'"\n"', '', template)


def main():
    xgettext, msgfmt, source, folder, stamp, *languages = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    pot = os.path.join(folder, 'casement.pot')
    subprocess.run([xgettext, '--from-code=UTF-8', '--no-wrap', '--package-name=casement', '-D', source, '-f', os.path.join(source, 'po/POTFILES.in'), '-o', pot]
                   + ['--keyword=' + keyword for keyword in KEYWORDS], check=True, stderr=subprocess.DEVNULL)
    with open(pot, encoding='utf-8') as file:
        template = joined(file.read().replace('msgid ""\nmsgstr ""\n"', 'msgid ""\nmsgstr "', 1))
    template = re.sub(r'(msgid|msgstr|msgid_plural) ""(?=[^\n])', r'\1 "', template)
    made = {'xa': translate(template, longer), 'xb': translate(template, mirrored)}
    for language, text in made.items():
        with open(os.path.join(folder, language + '.po'), 'w', encoding='utf-8') as file:
            file.write(text)
    for language in [*made, *languages]:
        po = os.path.join(folder if language in made else os.path.join(source, 'po'), language + '.po')
        mo = os.path.join(folder, language, 'LC_MESSAGES', 'casement.mo')
        os.makedirs(os.path.dirname(mo), exist_ok=True)
        subprocess.run([msgfmt, '--check-format', '-o', mo, po], check=True)
    with open(stamp, 'w', encoding='utf-8'):
        pass


if __name__ == '__main__':
    main()
