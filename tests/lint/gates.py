#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Size and form: no function over 80 lines or complexity 20 (pmccabe), no file over 600 lines, no line over 140 columns, clean shell
scripts, no assert(), a licence line in each file. A file's tables (initialisers at file level) do not count to its length. Prints TAP;
what is refused is listed under its point."""
import pathlib
import re
import shutil
import subprocess
import sys

LICENCE = 'SPDX-License-Identifier: MIT'
DATA = re.compile(r'debian/(changelog|copyright|source/format)$|tests/golden/[^/]+/|tests/databases/.*\.mmdb$|'
                  r'tests/captures/.*\.(pcap|txt|out)$')
FUNCTION_LINES, COMPLEXITY, FILE_LINES, COLUMNS, TAB = 80, 20, 600, 140, 8
SHEBANG = re.compile(rb'#!.*\b(ba|da)?sh\b')
ASSERT = re.compile(r'\bassert\s*\(|<assert\.h>')
TABLE_OPENS, TABLE_CLOSES = re.compile(r'^\S.*=\s*\{\s*$'), re.compile(r'^\};')


class Skip(Exception):
    """The tool that a gate needs is not installed."""


def tool(name):
    if not shutil.which(name):
        raise Skip(f'{name} is not installed')
    return name


def tracked(top, *suffixes):
    folders = [top / name for name in ('src', 'include', 'tests')]
    return sorted(path for folder in folders for path in folder.rglob('*') if path.suffix in suffixes)


def functions(top):
    files = [str(path.relative_to(top)) for path in tracked(top, '.c')]
    report = subprocess.run([tool('pmccabe'), *files], cwd=top, capture_output=True, text=True, check=True).stdout
    for line in report.splitlines():
        complexity, _, _, _, length, where = line.split('\t')[:6]
        if int(complexity) > COMPLEXITY or int(length) > FUNCTION_LINES:
            yield f'{where}: complexity {complexity}, {length} lines'


def lengths(top):
    for path in tracked(top, '.c', '.h', '.py', '.sh'):
        count, in_table = 0, False
        for line in path.read_text(encoding='utf-8').splitlines():
            in_table = in_table and not TABLE_CLOSES.match(line) or bool(TABLE_OPENS.match(line))
            count += not in_table
        if count > FILE_LINES:
            yield f'{path.relative_to(top)}: {count} lines besides its tables'


def columns(top):
    for path in tracked(top, '.c', '.h', '.py', '.sh'):
        for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
            width = len(line.expandtabs(TAB))
            if width > COLUMNS:
                yield f'{path.relative_to(top)}:{number}: {width} columns'


def shell(top):
    """What sh or bash reads, by its first line or its name."""
    listed = [path for folder in ('.ci', 'completions', 'debian', 'tests') for path in sorted((top / folder).rglob('*')) if path.is_file()]
    scripts = [path for path in (top / 'dev', *listed) if path.suffix in ('.sh', '.bash') or SHEBANG.match(path.open('rb').readline())]
    run = subprocess.run([tool('shellcheck'), *map(str, scripts)], capture_output=True, text=True, check=False)
    yield from run.stdout.splitlines()


def asserts(top):
    """With -DNDEBUG, which every test has once, it checks nothing: the program answers for what may go wrong, tests use cmocka's."""
    for path in tracked(top, '.c', '.h'):
        for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
            if ASSERT.search(line):
                yield f'{path.relative_to(top)}:{number}: {line.strip()}'


def licences(top):
    """What is read as data, byte for byte, carries none: the fuzz corpus, the golden cases, captures and what other tools printed; nor
    does the licence itself."""
    listed = subprocess.run([tool('git'), 'ls-files', '-z'], cwd=top, capture_output=True, text=True, check=False)
    if listed.returncode:
        raise Skip(f'only git knows which files belong to the tree: {listed.stderr.strip()}')
    for name in filter(None, listed.stdout.split('\0')):
        data = name == 'LICENSE' or name.startswith('tests/fuzz/corpus/') or DATA.match(name)
        if not data and LICENCE not in (top / name).read_text(encoding='utf-8'):
            yield name


GATES = (
    (f'functions up to {FUNCTION_LINES} lines and complexity {COMPLEXITY}', functions),
    (f'files up to {FILE_LINES} lines', lengths),
    (f'lines up to {COLUMNS} columns', columns),
    ('shell scripts are clean', shell),
    ('no assert()', asserts),
    ('each file names its licence', licences),
)


def main(top):
    print(f'1..{len(GATES)}')
    failed = 0
    for number, (title, gate) in enumerate(GATES, 1):
        try:
            refused = list(gate(top))
        except Skip as reason:
            print(f'ok {number} - {title} # SKIP {reason}')
            continue
        failed += bool(refused)
        print(f'{"not ok" if refused else "ok"} {number} - {title}')
        for line in refused:
            print(f'# {line}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
