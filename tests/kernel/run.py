#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs one group of kernel scenarios and prints TAP:  run.py GROUP [--sonde PROGRAM] [--part K/N] [--list] [FILTER]
GROUP is one of those that stand in GROUPS below.
FILTER: only scenarios whose title contains it.
SONDE_TEST_LONG=1 repeats more often.
run.py --hold N builds a chain of N routers, says how to enter its nodes and keeps it until standard input ends."""
import argparse
import contextlib
import importlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback

import lab
import program

# Nobody's own configuration decides.
os.environ.update(XDG_CONFIG_HOME='/nonexistent', SONDE_NO_SYSTEM_CONFIG='1', COLUMNS='', CLICOLOR_FORCE='')

GROUPS = ('harness', 'matrix', 'faults', 'local', 'quality', 'findings', 'compare', 'shapes', 'mtu', 'luck', 'manners',
          'sent', 'interfaces', 'names', 'replay', 'rewriting', 'outputs', 'traceroute', 'privileges', 'doctor', 'targets', 'forged',
          'floods')
NEEDED = ('ip', 'nsenter', 'setpriv', 'nft', 'ethtool', 'setcap', 'traceroute')


class Context:
    """What scenarios share: the program under test, chains that are not disturbed, how often to repeat."""

    def __init__(self, sonde):
        self.long = os.environ.get('SONDE_TEST_LONG') == '1'
        self.repetitions = 50 if self.long else 5
        self.chains = {}
        self.folder = None
        self.sonde = program.Program(sonde, self._own_folder) if sonde else None
        self.faulty = sonde and pathlib.Path(sonde).parent / 'tests/faulty/faulty.so'

    def _own_folder(self):
        """A folder that every user may read: the program is copied there, as build folders may be closed to them."""
        if self.folder is None:
            self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f'sn{os.getpid()}-'))
            self.folder.chmod(0o755)
        return self.folder

    def chain(self, routers):
        """A chain that scenarios use as it is; who changes one builds a lab.Lab of its own."""
        if routers not in self.chains:
            self.chains[routers] = lab.Lab(routers)
        return self.chains[routers]

    def close(self):
        for chain in self.chains.values():
            chain.close()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def describe(error):
    """The lines of a failure, as TAP comments."""
    if isinstance(error, subprocess.TimeoutExpired):
        text = f'{error}\n{error.stdout or b""!r}'
    elif isinstance(error, AssertionError) and error.args:
        text = str(error)
    else:
        text = ''.join(traceback.format_exception(error))
    return [f'# {line}' for line in text.splitlines()]


def run(scenarios, context):
    print(f'1..{len(scenarios)}', flush=True)
    failed = 0
    for number, (title, scenario) in enumerate(scenarios, 1):
        try:
            scenario(context)
            lines = [f'ok {number} - {title}']
        except lab.Unavailable as reason:
            lines = [f'ok {number} - {title} # SKIP {reason}']
        except Exception as error:  # whatever goes wrong in one scenario is that scenario's failure
            failed += 1
            lines = [f'not ok {number} - {title}', *describe(error)]
        print('\n'.join(lines), flush=True)
    return 1 if failed else 0


def why_not(sonde):
    """The reason why nothing can run here, or None."""
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing:
        return f'not installed: {", ".join(missing)}'
    if sonde is not None and not os.access(sonde, os.X_OK):
        return f'there is no program {sonde}'
    try:
        lab.Lab(1).close()
    except lab.Unavailable as reason:
        return str(reason)
    return None


def hold(routers):
    with lab.Lab(routers) as chain:
        for node in range(chain.host + 1):
            role = 'client' if node == 0 else 'host' if node == chain.host else f'router {node}'
            print(f'{role}: nsenter --net={chain.path(node)}', flush=True)
        print(f'ready: {chain.target(4)} {chain.target(6)}', flush=True)
        sys.stdin.read()
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('group', choices=GROUPS, nargs='?')
    parser.add_argument('filter', nargs='?', default='')
    parser.add_argument('--sonde', help='the program under test')
    parser.add_argument('--part', default='1/1', metavar='K/N',
                        help='every Nth scenario from the Kth on: N runs side by side are all of them')
    parser.add_argument('--list', action='store_true', help='only name the scenarios')
    parser.add_argument('--hold', type=int, metavar='N', help='keep a chain of N routers up')
    options = parser.parse_intermixed_args()
    # SIGTERM and SIGHUP end as exceptions do, so that children and folders are cleaned up.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda caught, _frame: sys.exit(128 + caught))
    if options.hold is not None:
        return hold(options.hold)
    if options.group is None:
        parser.error('name a group')
    scenarios = [row for row in importlib.import_module(options.group).SCENARIOS if options.filter in row[0]]
    part, parts = map(int, options.part.split('/'))
    scenarios = scenarios[part - 1::parts]
    if options.list:
        print('\n'.join(title for title, _ in scenarios))
        return 0
    sonde = None if options.group == 'harness' else options.sonde or ''
    reason = why_not(sonde)
    if reason:
        print(f'1..0 # SKIP {reason}')
        return 0
    with contextlib.closing(Context(sonde)) as context:
        return run(scenarios, context)


if __name__ == '__main__':
    sys.exit(main())
