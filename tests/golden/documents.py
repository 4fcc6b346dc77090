#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the command of every golden case once more with all formats beside it, and shows what was written to every reader. Prints TAP.
  documents.py SONDE [READER…]"""
import pathlib
import sys

import foreign
import parsers
import reread
import schema
from cases import run_cases

# Each takes the cases one by one, names the formats it wants, and has points (what, what is wrong, why it could not look) at the end.
READERS = {'schema': schema.Reader, 'foreign': foreign.Reader, 'parsers': parsers.Reader, 'reread': reread.Reader}
SHOWN = 20


def main(sonde, *names):
    readers = [READERS[name]() for name in names or READERS]
    for case in run_cases(sonde, sorted({name for reader in readers for name in reader.formats})):
        for reader in readers:
            reader.take(case)
    points = [point for reader in readers for point in reader.points()]
    print(f'1..{len(points)}')
    for number, (title, wrong, skipped) in enumerate(points, 1):
        print(f'{"not ok" if wrong else "ok"} {number} - {title}' + (f' # SKIP {skipped}' if skipped else ''))
        for line in '\n'.join(wrong[:SHOWN]).splitlines():
            print(f'# {line[:400]}')
    return 1 if any(wrong for _, wrong, _ in points) else 0


if __name__ == '__main__':
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), *sys.argv[2:]))
