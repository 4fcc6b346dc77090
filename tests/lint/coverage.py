#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How much of the floors that read and write packets the unit, contract and scenario tests run, by gcov's JSON.
coverage.py BUILD: one line for each floor; then, with --missing, each line that no test ran and each with a branch never taken. Exit 1
where a floor is below what is wanted. coverage.py --targets BUILD: what has to be built for it; --tests: the names of the tests."""
import collections
import json
import pathlib
import subprocess
import sys

FLOORS = ('packet', 'probe', 'engine')
WANTED = {'lines': 95.0, 'branches': 90.0}  # per cent
TOP = pathlib.Path(__file__).resolve().parents[2]


def tests(build):
    """(name, program within the build) of the tests of these floors, and of those that go through all of them. Not what another floor is
    about, and takes long: replaying, and simulated paths by the thousand."""
    root = pathlib.Path(build).resolve()
    listed = json.loads(subprocess.run(['meson', 'introspect', build, '--tests'], capture_output=True, text=True, check=True).stdout)
    for test in listed:
        name, program = test['name'], pathlib.Path(test['cmd'][0])
        own = name.startswith(tuple(f'{floor}-' for floor in FLOORS))
        through = name.startswith(('contract-', 'scenario-')) and not name.startswith('scenario-replay') and not name.endswith('truth')
        if (own or through) and program.is_relative_to(root):
            yield name, str(program.relative_to(root))


def read(build):
    """{floor: {(file, line): [times run, {branch: times taken}]}}; what stands in headers is run by several files."""
    root = pathlib.Path(build).resolve()
    notes = sorted(str(path) for floor in FLOORS for path in root.glob(f'libsonde-core.a.p/src_{floor}_*.gcno'))
    told = subprocess.run(['gcov', '--json-format', '--stdout', '--branch-probabilities', *notes], capture_output=True, text=True,
                          check=True, cwd=root).stdout
    floors = {floor: {} for floor in FLOORS}
    for document in map(json.loads, filter(None, told.splitlines())):
        for file in document['files']:
            path = (root / file['file']).resolve()
            name = str(path.relative_to(TOP)) if path.is_relative_to(TOP) else ''
            floor = name.split('/')[1] if name.startswith('src/') else ''
            if floor not in floors:
                continue
            for line in file['lines']:
                seen = floors[floor].setdefault((name, line['line_number']), [0, collections.Counter()])
                seen[0] += line['count']
                for i, branch in enumerate(line['branches']):
                    seen[1][i] += branch['count']
    return floors


def shares(lines):
    """{what: (done, of)}"""
    branches = [taken for _, by_branch in lines.values() for taken in by_branch.values()]
    return {'lines': (sum(run > 0 for run, _ in lines.values()), len(lines)),
            'branches': (sum(taken > 0 for taken in branches), len(branches))}


def rows(build):
    """As the tally has them: (verdict, name, reason); all of them are worth to be said."""
    for floor, lines in read(build).items():
        for what, (done, count) in shares(lines).items():
            share = 100 * done / count if count else 0.0
            yield ('passed' if share >= WANTED[what] else 'failed', f'coverage src/{floor}',
                   f'{share:.1f} % of {count} {what}, wanted {WANTED[what]:g} %')


def missing(build):
    for lines in read(build).values():
        for (name, line), (run, branches) in sorted(lines.items()):
            never = [i for i, taken in sorted(branches.items()) if not taken]
            if not run or never:
                print(f'{name}:{line}: ' + (f'branch {never} of {len(branches)}' if run else 'never run'))


def main(arguments):
    build = arguments[-1]
    if '--targets' in arguments:
        print('\n'.join(program for _, program in tests(build)))
    elif '--tests' in arguments:
        print('\n'.join(name for name, _ in tests(build)))
    else:
        told = list(rows(build))
        print('\n'.join(f'{name}: {reason}' for _, name, reason in told))
        if '--missing' in arguments:
            missing(build)
        return 1 if any(verdict == 'failed' for verdict, _, _ in told) else 0
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
