#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/internals/survival.md: each row of its table names tests, and each of them exists: a file or a folder, and behind a colon a function
in it. Prints TAP."""
import pathlib
import re
import sys

PAGE = 'docs/internals/survival.md'
COLUMNS, ROWS_LEAST = 4, 20
NAMED = re.compile(r'`(tests/[^`:]+)(?::(\w+))?`')
DEFINED = r'(?:^def|^static \w[\w \*]*?) \*?{}\('


def missing(top):
    rows = [line for line in (top / PAGE).read_text(encoding='utf-8').splitlines() if line.startswith('| ')][1:]
    if len(rows) < ROWS_LEAST:
        yield f'{PAGE}: only {len(rows)} rows'
    for row in rows:
        cells = [cell.strip() for cell in row.strip('|').split('|')]
        tests = NAMED.findall(cells[-1])
        if len(cells) != COLUMNS or not all(cells) or not tests:
            yield f'{cells[0]}: {COLUMNS} cells and a test are wanted'
        for path, function in tests:
            file = top / path
            if not file.exists():
                yield f'{cells[0]}: there is no {path}'
            elif function and not re.search(DEFINED.format(re.escape(function)), file.read_text(encoding='utf-8'), re.M):
                yield f'{cells[0]}: there is no {function} in {path}'


def main(top):
    refused = list(missing(top))
    print('1..1')
    print(f'{"not ok" if refused else "ok"} 1 - what shows that bad luck is survived exists')
    for line in refused:
        print(f'# {line}')
    return 1 if refused else 0


if __name__ == '__main__':
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
