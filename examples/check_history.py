#!/usr/bin/env python3
"""Recomputes the history of a folder of DMS files and compares it, byte by byte, with what dms-history wrote.

Shares nothing with the SDK: reads all changes, leaves out what comes too late, sorts the rest of each key, folds it from the
beginning, and writes down the versions. A million changes take a gigabyte. Exits with 1 at a difference.

Floating-point numbers are written with as few digits as tell them apart, as JDK 19 and later do; earlier ones write more digits
for some rare numbers.
"""
import argparse
import bisect
import datetime
import decimal
import gzip
import json
import os
import re
import sys

COLUMNS = "person_id:int64:key,full_name:string,city:string,score:float64,active:boolean"
LOAD = re.compile(r"(?:SEGMENT([0-9]{1,9})_)?LOAD([0-9A-Fa-f]{1,16})\.csv")
CHANGE = re.compile(r"[0-9]{8}-[0-9]{6,}\.csv")
DATE_PARTITION = re.compile(r"[0-9]{2,10}([-_][0-9]{2,4})*")
DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,6}))?S)?)?")
EPOCH = datetime.date(1970, 1, 1).toordinal()
DAY = 86_400_000_000
END_OF_SNAPSHOT = 2**63 - 2


def fail(message):
    print("DIFFERENT: " + message)
    sys.exit(1)


# ---- columns and values

def parse_columns(text):
    """The names, the types and the key's ordinals of "name:type[:key],..."; commas inside parentheses belong to a type."""
    parts, depth, start = [], 0, 0
    for index, character in enumerate(text + ","):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append([part.strip() for part in text[start:index].split(":")])
            start = index + 1
    keys = [ordinal for ordinal, part in enumerate(parts) if part[2:] == ["key"]]
    if not keys:
        sys.exit("--columns must mark the columns of the key")
    return [part[0] for part in parts], [part[1].lower() for part in parts], keys


def float_text(text):
    """What Double.toString writes."""
    number = float(text.replace("Infinity", "inf"))
    if number != number:
        return "NaN"
    if number in (float("inf"), float("-inf")):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0:
        return "-0.0" if str(number).startswith("-") else "0.0"
    sign, digits, exponent = decimal.Decimal(repr(number)).normalize().as_tuple()
    digits = "".join(map(str, digits))
    point = len(digits) + exponent  # the number is 0.DIGITS times ten to the power of point
    if 1e-3 <= abs(number) < 1e7:
        if point <= 0:
            digits, point = "0" * (1 - point) + digits, 1
        digits = digits.ljust(point + 1, "0")
        text = digits[:point] + "." + digits[point:]
    else:
        text = digits[0] + "." + (digits[1:] or "0") + "E" + str(point - 1)
    return ("-" if sign else "") + text


def decimal_text(scale):
    def convert(text):
        number = decimal.Decimal(text)
        digits = -number.as_tuple().exponent
        if digits > scale or digits < 0 and number == 0:
            number = number.quantize(decimal.Decimal(1).scaleb(-scale))
        return format(number, "f") if number.as_tuple().exponent <= 0 else str(number)
    return convert


def timestamp_text(text):
    whole, _, fraction = text.replace("T", " ").partition(".")
    return (whole if len(whole) == 19 else whole + ":00") + "." + fraction[:6].ljust(6, "0")


def boolean_text(text):
    return "true" if text.lower() in ("true", "t", "1", "yes") else "false"


def canonical(kind):
    """What turns a text of a type into the one that is written; None where that is the text itself."""
    if kind in ("int32", "int64"):
        return lambda text: str(int(text))
    if kind == "float64":
        return float_text
    if kind.startswith("decimal("):
        return decimal_text(int(kind[:-1].partition(",")[2] or 0))
    if kind == "timestamp":
        return timestamp_text
    if kind == "boolean":
        return boolean_text
    if kind in ("string", "json", "date"):
        return None
    sys.exit("columns of type %s are not supported here" % kind)


def comparable(kind):
    """What turns a written text into what two values are compared by; None where that is the text itself."""
    if kind == "float64":
        return lambda text: "0.0" if text == "-0.0" else text
    if kind.startswith("decimal("):
        return lambda text: decimal.Decimal(text).normalize() + 0
    return None


def key_form(kind):
    """What turns a written text into what keys are sorted by."""
    if kind in ("int32", "int64"):
        return int
    if kind == "float64":
        return lambda text: (text == "NaN", 0.0 if text == "NaN" else float(text) + 0.0)
    return comparable(kind) or (lambda text: text)


def micros(text, days={}):
    day = days.get(text[:10])
    if day is None:
        day = days[text[:10]] = (datetime.date.fromisoformat(text[:10]).toordinal() - EPOCH) * DAY
    seconds = int(text[11:13]) * 3600 + int(text[14:16]) * 60 + int(text[17:19])
    return day + seconds * 1_000_000 + int(text[20:26].ljust(6, "0"))


def time_text(value):
    day, rest = divmod(value, DAY)
    seconds, fraction = divmod(rest, 1_000_000)
    return "%s %02d:%02d:%02d.%06d" % (
        datetime.date.fromordinal(day + EPOCH).isoformat(), seconds // 3600, seconds // 60 % 60, seconds % 60, fraction)


def duration(text):
    match = DURATION.fullmatch(text)
    if text == "unlimited":
        return None
    if not match or text in ("P", "PT"):
        sys.exit("--lateness %s is no duration that is understood here" % text)
    days, hours, minutes, seconds, fraction = match.groups()
    whole = ((int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    return whole * 1_000_000 + int((fraction or "").ljust(6, "0"))


# ---- files

def records(path):
    """The records of a CSV file. An unquoted NULL is None."""
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8-sig", newline="\n") as file:
        for line in file:
            if '"' not in line:
                line = line.rstrip("\r\n")
                yield [None if field == "NULL" else field for field in line.split(",")]
                continue
            while line.count('"') % 2:
                line += next(file)
            yield quoted_record(line.rstrip("\r\n") if not line.rstrip("\r\n").count('"') % 2 else line)


def quoted_record(line):
    fields, at = [], 0
    while True:
        if line.startswith('"', at):
            end = at + 1
            while True:
                end = line.index('"', end)
                if not line.startswith('""', end):
                    break
                end += 2
            fields.append(line[at + 1:end].replace('""', '"'))
            at = end + 1
        else:
            end = line.find(",", at)
            end = len(line) if end < 0 else end
            fields.append(None if line[at:end] == "NULL" else line[at:end])
            at = end
        if at >= len(line):
            return fields
        at += 1
        if at == len(line):
            return fields + [""]


class File:
    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path)
        self.plain = self.name[:-3] if self.name.endswith(".gz") else self.name
        load = LOAD.fullmatch(self.plain)
        self.load = bool(load)
        self.place = "2/" + self.plain
        if load:
            self.place = "0/%09d/%s/%s" % (int(load[1] or 0), load[2].upper().rjust(16, "0"), self.plain)


def csv_files(folder):
    files = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if DATE_PARTITION.fullmatch(name)]
        files += [File(os.path.join(parent, name)) for name in names
                  if re.fullmatch(r"[^._].*\.(?i:csv)(\.gz)?", name)]
    return sorted(files, key=lambda file: file.place)


class Event:
    __slots__ = ("order", "time", "operation", "image", "position")

    def __init__(self, order, time, operation, image, position):
        self.order = order
        self.time = time
        self.operation = operation
        self.image = image
        self.position = position


class Snapshot:
    def __init__(self, start, end, time):
        self.start = start
        self.end = end
        self.time = time
        self.keys = set()
        self.complete = False


class Reader:
    """Reads the folder in the order of its files, and keeps the changes of each key that do not come too late."""

    def __init__(self, options):
        self.options = options
        self.names, self.kinds, self.keys = parse_columns(options.columns)
        self.forms = [canonical(kind) for kind in self.kinds]
        self.key_forms = [key_form(self.kinds[ordinal]) for ordinal in self.keys]
        self.lateness = duration(options.lateness)
        self.load_time = micros(options.load_time.replace("T", " ")) if options.load_time else None
        self.newest = None
        self.events = {}
        self.orders = {}
        self.snapshots = []
        self.too_late = []
        self.counts = {"r": 0, "I": 0, "U": 0, "D": 0}
        self.texts = {}

    def read(self):
        files = csv_files(self.options.input)
        first = [next(records(file.path), None) for file in files]
        headers = {row[0] == "Op" or all(self.names[key] in row for key in self.keys) for row in first if row}
        if len(headers) > 1:
            sys.exit("some files have a header, and some do not")
        self.header = headers == {True}
        for file, row in zip(files, first):
            if row and not file.load and not CHANGE.fullmatch(file.plain) and self.layout(row)[0] != "Op":
                file.load = True
                file.place = "0/other/" + file.plain
        files.sort(key=lambda file: file.place)
        self.full_load([file for file in files if file.load])
        for file in files:
            if not file.load:
                self.changes(file)
        return len(files)

    def layout(self, row):
        """The names of the fields of a file, by its first record; and whether that is a header."""
        if self.header:
            return row
        options = self.options
        names = ([] if options.timestamp_column in self.names else [options.timestamp_column]) + self.names
        if options.change_sequence_column and options.change_sequence_column not in names:
            names = names + [options.change_sequence_column]
        return names if len(row) == len(names) else ["Op"] + names

    def rows(self, file):
        """The layout of a file, then its rows."""
        rows = records(file.path)
        row = next(rows, None)
        if row is None:
            return
        yield self.layout(row)
        if not self.header:
            yield row
        yield from rows

    def full_load(self, files):
        time = None
        for file in files:
            rows = self.rows(file)
            names = next(rows, [])
            row = next(rows, None)
            if row is not None:
                time = self.time_of(names, row)
                break
        time = self.load_time if time is None else time
        if time is None or not files:
            return
        snapshot = self.begin(("0", 0), ("1", 0), time)
        for file in files:
            rows = self.rows(file)
            names = next(rows, [])
            self.snapshot_rows(snapshot, file, names, rows, time)
        self.complete(snapshot, "1", 0)

    def begin(self, start, end, time):
        source = self.options.order == "source"
        snapshot = Snapshot(self.order(None if source else time, None, *start),
                            self.order(None if source else time, None, *end), time)
        snapshot.accepted = self.lateness is None or self.newest is None or time >= self.newest - self.lateness
        if snapshot.accepted:
            self.newest = time if self.newest is None else max(self.newest, time)
        else:
            self.too_late.append("1:0:%d:%s" % (start[1], start[0]))
        return snapshot

    def complete(self, snapshot, place, offset):
        if snapshot.accepted:
            self.snapshots.append(snapshot)
        else:
            self.too_late.append("1:0:%d:%s" % (offset, place))

    def snapshot_rows(self, snapshot, file, names, rows, time):
        ordinals = [names.index(name) for name in self.names]
        for number, row in enumerate(rows, 1):
            image = self.image(row, ordinals)
            key = self.key(image)
            snapshot.keys.add(key)
            self.counts["r"] += 1
            self.take(key, None, time, file, number, "c", image)

    def time_of(self, names, row):
        if self.options.timestamp_column not in names:
            return None
        text = row[names.index(self.options.timestamp_column)]
        return None if text is None else micros(text)

    def changes(self, file):
        rows = self.rows(file)
        names = next(rows, None)
        if names is None:
            return
        ordinals = [names.index(name) for name in self.names]
        time = names.index(self.options.timestamp_column)
        sequence_name = self.options.change_sequence_column or "AR_H_CHANGE_SEQ"
        sequence = names.index(sequence_name) if sequence_name in names else None
        before = [names.index("BI_" + self.names[key]) if "BI_" + self.names[key] in names else None for key in self.keys]
        has_operation = names[0] == "Op"
        empties = {field for ordinal, field in enumerate(ordinals)
                   if self.kinds[ordinal] != "string" and ordinal not in self.keys}
        for number, row in enumerate(rows, 1):
            operation = row[0] if has_operation else "I"
            self.counts[operation] += 1
            if operation == "D":
                row = [None if field == "" and index in empties else field for index, field in enumerate(row)]
            image = self.image(row, ordinals)
            key = self.key(image)
            order = (int(row[sequence][:16]), int(row[sequence][16:])) if sequence is not None and row[sequence] else None
            if row[time] is None:
                sys.exit("%s, record %d: no commit time; such changes are not supported here" % (file.path, number))
            at = micros(row[time])
            old = key
            if any(ordinal is not None and row[ordinal] is not None for ordinal in before) and operation == "U":
                old_image = list(image)
                for ordinal, field in zip(self.keys, before):
                    if field is not None and row[field] is not None:
                        old_image[ordinal] = self.text(ordinal, row[field])
                old = self.key(old_image)
            if old != key:
                if self.lateness is not None and self.options.order == "source":
                    sys.exit("changes of a key, a lateness and --order source together are not supported here")
                self.take(old, order, at, file, number, "d", None, "key")
                self.take(key, order, at, file, number, "c", image, "key")
            elif operation == "D":
                self.take(key, order, at, file, number, "d", None)
            else:
                self.take(key, order, at, file, number, "c" if operation == "I" else "u", image)

    def text(self, ordinal, value):
        form = self.forms[ordinal]
        value = form(value) if form else value
        return self.texts.setdefault(value, value)

    def image(self, row, ordinals):
        return tuple(None if row[field] is None else self.text(ordinal, row[field])
                     for ordinal, field in enumerate(ordinals))

    def key(self, image):
        return tuple(form(image[ordinal]) for form, ordinal in zip(self.key_forms, self.keys))

    @staticmethod
    def order(time, sequence, place, number):
        return (0 if time is None else time, sequence is not None, sequence or (0, 0), place, number)

    def take(self, key, sequence, time, file, number, operation, image, cause="row"):
        source = self.options.order == "source"
        order = self.order(None if source else time, sequence, file.place, number)
        if self.lateness is not None and self.newest is not None:
            edge = self.newest - self.lateness
            if self.effective_too_late(key, order, time, edge) if source else time < edge:
                position = "1:0:%d:%s" % (number, file.place)
                if not self.too_late or self.too_late[-1] != position:
                    self.too_late.append(position)
                return
        self.newest = time if self.newest is None else max(self.newest, time)
        if source and self.lateness is not None:
            bisect.insort(self.orders.setdefault(key, []), (order, time))
        self.events.setdefault(key, []).append(Event(order, time, operation, image, cause))

    def effective_too_late(self, key, order, time, edge):
        """In source order the time of a change is that of the latest before it; what lies behind the edge is settled."""
        known = self.orders.get(key, [])
        at = bisect.bisect(known, (order, time))
        effective = max([time] + [each[1] for each in known[:at]])
        return effective < edge or at < len(known) and max(each[1] for each in known[:at + 1]) < edge


# ---- the history

class Folder:
    """Folds the changes of one key into versions: lists of the row, its beginning, its end or None, and the operation."""

    def __init__(self, reader, options):
        self.snapshots = reader.snapshots
        self.markers = options.deletes == "marker"
        names = reader.names
        others = [ordinal for ordinal in range(len(names)) if ordinal not in reader.keys]
        tracked = names_of(options.tracked)
        overwritten = names_of(options.overwritten) or []
        self.tracked = [i for i in others if (names[i] in tracked if tracked is not None else names[i] not in overwritten)]
        self.overwritten = [i for i in others if i not in self.tracked]
        self.compared = [comparable(kind) for kind in reader.kinds]

    def steps(self, key, events):
        """What each event makes of the key, in order: (time, image or None, operation)."""
        events = sorted(events, key=lambda event: event.order)
        for snapshot in self.snapshots:
            spared = key in snapshot.keys or any(snapshot.start < event.order < snapshot.end for event in events)
            if not spared:
                events.append(Event(snapshot.start, snapshot.time, "d", None, "snapshot"))
        events.sort(key=lambda event: event.order)
        steps = []
        for event in events:
            if event.position == "snapshot" and (not steps or steps[-1][1] is None):
                continue
            time = max(event.time, steps[-1][0]) if steps else event.time
            steps.append((time, event.image, event.operation))
        return steps

    def versions(self, key, events):
        steps = self.steps(key, events)
        versions, state, at = [], None, 0
        while at < len(steps):
            time = steps[at][0]
            last_known = state
            while at < len(steps) and steps[at][0] == time:
                last_known = steps[at][1] or last_known
                _, after, operation = steps[at]
                at += 1
            if after is not None and state is not None and not self.differ(state, after):
                row = list(versions[-1][0])
                for ordinal in self.overwritten:
                    row[ordinal] = after[ordinal]
                versions[-1][0] = row
            elif after is not None:
                self.close(versions, time)
                versions.append([after, time, None, operation])
            elif state is not None:
                self.close(versions, time)
                if self.markers:
                    versions.append([last_known, time, None, "d"])
            state = after
        return versions

    @staticmethod
    def close(versions, time):
        if versions and versions[-1][2] is None:
            versions[-1][2] = time

    def differ(self, one, other):
        for ordinal in self.tracked:
            a, b = one[ordinal], other[ordinal]
            if a != b:
                form = self.compared[ordinal]
                if a is None or b is None or form is None or form(a) != form(b):
                    return True
        return False


def names_of(text):
    return None if text is None else [name.strip() for name in text.split(",")]


def field(text):
    if text is None:
        return "NULL"
    if text in ("", "NULL") or any(character in text for character in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def lines(reader, options):
    yield ",".join(map(field, reader.names + ["_valid_from", "_valid_to", "_is_current", "operation"])) + "\n"
    folder = Folder(reader, options)
    for key in sorted(reader.events):
        for row, start, end, operation in folder.versions(key, reader.events[key]):
            yield ",".join(map(field, row)) + ",%s,%s,%s,%s\n" % (
                time_text(start), "NULL" if end is None else time_text(end), "true" if end is None else "false", operation)


def compare(reader, options):
    count = -1
    with open(options.output, encoding="utf-8", newline="") as actual:
        for line in lines(reader, options):
            found = actual.read(len(line))
            if found != line:
                fail("version %d of %s: expected %r, found %r" % (count + 1, options.output, line, found))
            count += 1
        rest = actual.readline()
        if rest:
            fail("%s goes on behind version %d: %r" % (options.output, count, rest))
    print("equal: %d versions in %s" % (count, options.output))


def compare_dead_letters(reader, path):
    with open(path, encoding="utf-8") as file:
        letters = [json.loads(line) for line in file]
    positions = [letter["event"]["position"] for letter in letters if letter["category"] == "too-late"]
    if sorted(positions) != sorted(reader.too_late):
        missing = set(reader.too_late) - set(positions)
        added = set(positions) - set(reader.too_late)
        fail("%s holds %d changes, expected %d; missing %s, not expected %s, %d twice"
             % (path, len(positions), len(reader.too_late), sorted(missing)[:3], sorted(added)[:3],
                len(positions) - len(set(positions))))
    print("equal: %d changes in %s" % (len(positions), path))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("input", help="the folder with the DMS files of one table")
    arguments.add_argument("output", help="the history")
    arguments.add_argument("--columns", default=COLUMNS, help="as of dms-history, and so are the others; default: %(default)s")
    arguments.add_argument("--timestamp-column", default="dms_timestamp")
    arguments.add_argument("--change-sequence-column")
    arguments.add_argument("--load-time")
    arguments.add_argument("--order", choices=["commit-time", "source"], default="commit-time")
    arguments.add_argument("--lateness", default="PT1H")
    arguments.add_argument("--deletes", choices=["close", "marker"], default="close")
    arguments.add_argument("--tracked")
    arguments.add_argument("--overwritten")
    arguments.add_argument("--dead-letters", help="the file with the changes that came too late, to be compared too")
    options = arguments.parse_args()
    reader = Reader(options)
    files = reader.read()
    print("%d files: %d snapshot rows, %d inserts, %d updates, %d deletes; %d too late; %d keys" % (
        files, reader.counts["r"], reader.counts["I"], reader.counts["U"], reader.counts["D"], len(reader.too_late),
        len(reader.events)))
    compare(reader, options)
    if options.dead_letters:
        compare_dead_letters(reader, options.dead_letters)


if __name__ == "__main__":
    main()
