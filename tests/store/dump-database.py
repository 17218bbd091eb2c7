#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
"""Writes a database as SQL text, full text's own tables included, whose tokenizer nobody else has.

For each released version, once: BUILD/tests/store/store-sample DIR && tests/store/dump-database.py DIR/casement.db > tests/data/schema/store-NNN.sql
"""

import sqlite3
import sys


def quoted(value):
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return "X'" + value.hex() + "'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)


def main(path):
    db = sqlite3.connect(path)
    schema = db.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
    virtual = [name for kind, name, sql in schema if sql.startswith("CREATE VIRTUAL TABLE")]
    shadows = {table + end for table in virtual for end in ("_data", "_idx", "_docsize", "_config", "_content")}

    print("PRAGMA application_id = %d;" % db.execute("PRAGMA application_id").fetchone())
    print("PRAGMA user_version = %d;" % db.execute("PRAGMA user_version").fetchone())
    print("PRAGMA foreign_keys = OFF;\nBEGIN;")
    for kind, name, sql in schema:
        if name not in shadows and not name.startswith("sqlite_"):
            print(sql + ";")
    for kind, name, sql in schema:
        if kind != "table" or name in virtual or name.startswith("sqlite_"):
            continue
        if name in shadows:
            print('DELETE FROM "%s";' % name)
        rows = db.execute('SELECT * FROM "%s"' % name)
        columns = ", ".join('"%s"' % column[0] for column in rows.description)
        for row in rows:
            print('INSERT INTO "%s" (%s) VALUES (%s);' % (name, columns, ", ".join(map(quoted, row))))
    print("COMMIT;")


main(sys.argv[1])
