#!/usr/bin/env python3
"""Recomputes the final table of a folder of DMS files and compares it with a consolidated file.

Shares nothing with the SDK: a dictionary from key to row, filled from the full load in hex order and then changed by the
change files in name order. Ten million rows of three columns take one and a half gigabytes. Exits with 1 at a difference.
"""
import argparse
import csv
import decimal
import os
import sys

LAYOUTS = {
    "person": "PersonID:int64:key,FullName:string,City:string",
    "wide": "id:int64:key,name:string,email:string,city:string,score:float64,amount:decimal(12,2),active:boolean,born:date,"
            "updated:timestamp",
}
SEPARATOR = "\x1f"
NULL_MARK = "\x00"


def fail(message):
    print("DIFFERENT: " + message)
    sys.exit(1)


def parse_columns(text):
    """The names, types and the key's ordinal of "name:type[:key],..."; commas inside parentheses belong to a type."""
    parts, depth, start = [], 0, 0
    for index, character in enumerate(text + ","):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append(text[start:index].split(":"))
            start = index + 1
    keys = [ordinal for ordinal, part in enumerate(parts) if part[2:] == ["key"]]
    if len(keys) != 1:
        sys.exit("--columns must mark one column as the key")
    return [part[0] for part in parts], [part[1] for part in parts], keys[0]


def timestamp(text):
    whole, _, fraction = text.replace("T", " ").partition(".")
    return (whole if len(whole) == 19 else whole + ":00") + "." + fraction.ljust(6, "0")


def normal_form(kind):
    """What turns a text of a type into one that is the same for equal values; None where the text itself is."""
    if kind.startswith("int"):
        return lambda text: str(int(text))
    if kind.startswith("float"):
        return lambda text: repr(float(text))
    if kind.startswith("decimal"):
        return lambda text: str(decimal.Decimal(text).normalize())
    if kind == "timestamp":
        return timestamp
    return None


class Table:
    def __init__(self, kinds, key, null):
        self.key = key
        self.null = null
        self.forms = [(ordinal, form) for ordinal, form in enumerate(map(normal_form, kinds)) if form and ordinal != key]
        self.rows = {}

    def encode(self, row, null):
        if null in row:
            row = [NULL_MARK if value == null else value for value in row]
        for ordinal, form in self.forms:
            if row[ordinal] != NULL_MARK:
                row[ordinal] = form(row[ordinal])
        return SEPARATOR.join(row).encode()

    def put(self, row):
        self.rows[int(row[self.key])] = self.encode(row, self.null)


def records(path):
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.reader(file)


def csv_files(folder):
    """Full load files in hex order, and change files in name order."""
    names = [name for name in os.listdir(folder) if name.endswith(".csv") and not name.startswith(".")]
    loads = sorted((name for name in names if name.startswith("LOAD")), key=lambda name: int(name[4:-4], 16))
    changes = sorted(name for name in names if not name.startswith("LOAD"))
    return [os.path.join(folder, name) for name in loads], [os.path.join(folder, name) for name in changes]


def recompute(folder, table, width, every_file_replaces):
    loads, changes = csv_files(folder)
    counts = {"r": 0, "I": 0, "U": 0, "D": 0}
    for path in loads:
        if every_file_replaces:
            table.rows.clear()
        for row in records(path):
            table.put(row[-width:])
            counts["r"] += 1
    for path in changes:
        for index, row in enumerate(records(path)):
            if every_file_replaces and len(row) == width:
                if index == 0:
                    table.rows.clear()
                table.put(row)
                counts["r"] += 1
                continue
            operation = row[0]
            counts[operation] += 1
            if operation == "D":
                table.rows.pop(int(row[len(row) - width + table.key]), None)
            else:
                table.put(row[-width:])
    print("%d files: %d snapshot rows, %d inserts, %d updates, %d deletes; %d rows are left"
          % (len(loads) + len(changes), counts["r"], counts["I"], counts["U"], counts["D"], len(table.rows)))


def compare(path, table, names, null):
    lines = records(path)
    header = next(lines, None)
    if header != names:
        fail("the header of %s is %s, not %s" % (path, header, names))
    count = 0
    for row in lines:
        count += 1
        if len(row) != len(names):
            fail("record %d of %s has %d columns, not %d: %s" % (count, path, len(row), len(names), row))
        key = int(row[table.key])
        expected = table.rows.pop(key, None)
        if expected is None:
            fail("record %d of %s: key %d should not be there, or is there twice" % (count, path, key))
        actual = table.encode(row, null)
        if actual != expected:
            fail("record %d of %s, key %d: expected %s, found %s" % (count, path, key, show(expected), show(actual)))
    if table.rows:
        fail("%d rows are missing in %s, among them key %d: %s"
             % (len(table.rows), path, next(iter(table.rows)), show(next(iter(table.rows.values())))))
    print("equal: %d rows in %s" % (count, path))


def show(encoded):
    return ["NULL" if value == NULL_MARK else value for value in encoded.decode().split(SEPARATOR)]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("input", help="the folder with the DMS files of one table")
    arguments.add_argument("final", help="the consolidated file, with a header")
    arguments.add_argument("--columns", default="person",
                           help="person, wide, or name:type[:key],...; default: %(default)s")
    arguments.add_argument("--null", default="NULL", help="how the DMS files write null; default: %(default)s")
    arguments.add_argument("--final-null", default="NULL", help="how the final file writes null; default: %(default)s")
    arguments.add_argument("--full-load", choices=["by-name", "by-column-count"], default="by-name",
                           help="whether LOAD files together are the snapshot, or every file without operations is one that "
                                "replaces the table; default: %(default)s")
    options = arguments.parse_args()
    names, kinds, key = parse_columns(LAYOUTS.get(options.columns, options.columns))
    csv.field_size_limit(1 << 30)
    table = Table(kinds, key, options.null)
    recompute(options.input, table, len(names), options.full_load == "by-column-count")
    compare(options.final, table, names, options.final_null)


if __name__ == "__main__":
    main()
