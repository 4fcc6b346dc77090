#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the command of every golden case with all formats that have a second reader, reads each file with a parser that is not ours, and
holds it against the JSON document of the same run. Prints TAP.
  reread.py SONDE"""
import csv
import io
import json
import pathlib
import sys
import tempfile

from schema import run_cases

# Fewer files than this mean that the cases were not run.
LEAST = 130
FORMULA = ('=', '+', '-', '@', '\t', '\r', '\n', "'", '\uff1d', '\uff0b', '\uff0d', '\uff20')


# ---- csv ----

def probes_of(trace):
    """Each probe of a trace, with what the columns find around it."""
    for hop in trace['hops']:
        for probe in hop['probes']:
            yield {**trace, **probe, 'hop': hop['hop']}
    for probe in trace['other_probes']:
        yield {**trace, **probe, 'hop': None}


def rows_of(document):
    for index, trace in enumerate(document['traces']):
        for row in probes_of(trace):
            yield {**row, 'trace': index}
    for trial in document.get('trials', []):
        for row in probes_of(trial['asked']) if trial['asked'] else ():
            yield {**row, 'trace': trial['trace'], 'trials': trial}


def spelled(value, joined=False):
    if value is None:
        return 'null' if joined else ''
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, float):
        return f'{value:.15g}'
    return str(value)


def look(value, names):
    """All values at the end of a way; lists are walked through."""
    if isinstance(value, list):
        return [found for item in value for found in look(item, names)]
    if not names:
        return [value]
    if not isinstance(value, dict) or names[0] not in value:
        return []
    return look(value[names[0]], names[1:])


def cell(row, column):
    names = column.split('.')
    found = look(row, names)
    way, joined = row, False
    for name in names:
        way = way.get(name) if isinstance(way, dict) else None
        if isinstance(way, list):
            joined = True
            break
    text = ' '.join(spelled(value, joined) for value in found)
    if found and isinstance(found[0], str) and text.startswith(FORMULA):
        text = "'" + text
    return text


def check_csv(text, document):
    rows = list(csv.reader(io.StringIO(text, newline=''), strict=True))
    header, rows = rows[0], rows[1:]
    expected = list(rows_of(document))
    if len(set(header)) != len(header):
        yield 'a column stands twice'
    if len(rows) != len(expected):
        yield f'{len(rows)} rows for {len(expected)} probes'
    for number, (got, row) in enumerate(zip(rows, expected), 1):
        wanted = [cell(row, column) for column in header]
        if got != wanted:
            yield f'row {number}: ' + '; '.join(f'{c}: {g!r}, not {w!r}' for c, g, w in zip(header, got, wanted) if g != w)[:300]
            break


CHECKS = {'csv': check_csv}


def main(sonde):
    seen = dict.fromkeys(CHECKS, 0)
    wrong = {name: [] for name in CHECKS}
    with tempfile.TemporaryDirectory() as folder:
        for case, _, written in run_cases(sonde, pathlib.Path(folder), ('json', *CHECKS)):
            for of in written:
                if not of('.json').exists():
                    continue
                document = json.loads(of('.json').read_text())
                for name, check in CHECKS.items():
                    seen[name] += 1
                    try:
                        wrong[name].extend(f'{case}: {what}' for what in check(of(f'.{name}').read_text(), document))
                    except (OSError, ValueError, LookupError, csv.Error) as error:
                        wrong[name].append(f'{case}: {error!r}')
    print(f'1..{len(CHECKS)}')
    failed = 0
    for number, name in enumerate(CHECKS, 1):
        good = not wrong[name] and seen[name] >= LEAST
        failed += not good
        print(f'{"ok" if good else "not ok"} {number} - {name}: {seen[name]} files, at least {LEAST}, say what the JSON beside them says')
        for line in wrong[name][:20]:
            print(f'# {line}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
