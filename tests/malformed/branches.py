#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Of a packet that is refused nothing is read: all of them have one result. Each of those that are kept must take a branch that no other of
them takes: branches.py TOP. Builds the parsers with gcc's branch counters. Prints TAP."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import check

BASE = ('addr', 'checksum', 'crc32c', 'hash')


def build(top, folder):
    sources = [*sorted((top / 'src/packet').glob('*.c')), *(top / f'src/base/{name}.c' for name in BASE),
               *(top / f'tests/{name}.c' for name in ('malformed/read', 'support/invariants', 'support/packets'))]
    subprocess.run(['gcc', '-std=c17', '-O0', '--coverage', '-D_GNU_SOURCE', f'-I{top}/include', f'-I{top}/src', f'-I{top}/tests/support',
                    *map(str, sources), '-o', 'readings'], cwd=folder, check=True)
    return folder / 'readings'


def taken(folder, program, packets):
    """The branches of src that these packets take."""
    for old in folder.glob('*.gcda'):
        old.unlink()
    check.readings(str(program), packets)
    run = subprocess.run(['gcov', '--stdout', '--json-format', '-b', *sorted(path.name for path in folder.glob('*.gcda'))], cwd=folder,
                         capture_output=True, text=True, check=True)
    branches = set()
    for document in run.stdout.splitlines():
        for file in json.loads(document)['files']:
            if '/src/' in file['file']:
                branches |= {(file['file'], line['line_number'], line.get('function_name'), i) for line in file['lines']
                             for i, branch in enumerate(line['branches']) if branch['count']}
    return branches


def main(top):
    if not shutil.which('gcc') or not shutil.which('gcov'):
        print('1..0 # SKIP gcc or gcov is not installed')
        return 0
    packets = list(check.stored())
    refused = {name: data for name, data, reading in packets if reading == 'refused'}
    print(f'1..{len(refused)}')
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        program = build(top, folder)
        for number, wanted in enumerate(refused, 1):
            others = [data for name, data in refused.items() if name != wanted]
            alone = taken(folder, program, [refused[wanted]]) - taken(folder, program, others)
            failed += not alone
            print(f'{"ok" if alone else "not ok"} {number} - {wanted} is refused by a branch of its own')
            for file, line, function, _ in sorted(alone, key=str)[:2]:
                print(f'# {file.split("/src/")[1]}:{line} {function}')
    return 1 if failed or not refused else 0


if __name__ == '__main__':
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
