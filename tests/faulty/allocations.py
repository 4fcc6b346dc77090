#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Memory that runs out: each allocation of a run fails once, by itself (once) or with all later ones (since); see sweep.c. A run then
either comes to what it always comes to, or says in a line what was missing, with status 2; it never crashes, hangs, leaves memory behind,
or shows something else in silence. Prints TAP.
  allocations.py SONDE FAULTY         all cases, both ways
  allocations.py SONDE FAULTY some    those of SOME"""
import collections
import os
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
HOME, FIREWALL, BLACKHOLE = (f'docs/examples/{name}.net' for name in ('home', 'firewall', 'blackhole'))
TRACE = ('-n', '-q', '1', '--sim', HOME, 'web')
CASES = {
    'a table': TRACE,
    'UDP, lost probes and findings': ('-n', '-U', '-q', '1', '--lost', '--findings', '--sim', FIREWALL, 'web'),
    'traces again and again': ('-n', '--repeat', '2', '-q', '1', '--sim', HOME, 'web'),
    'a comparison': ('compare', '-n', '--sim', FIREWALL, 'web'),
    'a path MTU': ('mtu', '-n', '--sim', BLACKHOLE, 'web'),
    'CSV': (*TRACE, '-o', 'csv'),
    'HTML': (*TRACE, '-o', 'html'),
    'Prometheus': (*TRACE, '-o', 'prometheus'),
    'JSON': ('-n', '-q', '1', '-m', '2', '--sim', HOME, '-o', 'json', 'web'),
    'NDJSON': ('-n', '-q', '1', '-m', '2', '--sim', HOME, '-o', 'ndjson', 'web'),
}
SOME = (('a table', 'once'), ('a table', 'since'), ('a comparison', 'once'))
FAILED_HERE = (2, 3)  # 3: where a privilege could not be given up
Run = collections.namedtuple('Run', 'n status failed left out err')


def runs_of(data):
    at = 0
    while at < len(data):
        end = data.index(b'\n', at)
        number, status, failed, left, out_bytes, err_bytes = map(int, data[at:end].split())
        middle = end + 1 + out_bytes
        at = middle + err_bytes
        yield Run(number, os.waitstatus_to_exitcode(status), failed, left, data[end + 1:middle], data[middle:at])


def sweep(sonde, faulty, how, words):
    environment = {**os.environ, 'LD_PRELOAD': faulty, 'SONDE_FAULTY': f'sweep {how}', 'XDG_CONFIG_HOME': '/nonexistent',
                   'SONDE_NO_SYSTEM_CONFIG': '1', 'LC_ALL': 'C.UTF-8'}
    done = subprocess.run([sonde, *words], cwd=TOP, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert done.returncode == 0, f'the sweep itself failed: {done.returncode} {done.stderr!r}'
    return list(runs_of(done.stdout))


def wrong_with(run, plain):
    """What may not be so; empty: nothing."""
    if run.status < 0:
        return f'it was ended by signal {-run.status}'
    if run.left > plain.left:
        return f'{run.left - plain.left} blocks are left'
    lines = run.err.decode().splitlines()
    if any(not line.startswith('sonde: ') for line in lines):
        return 'something else than a line of its own is on standard error'
    if run.status == plain.status and (run.out == plain.out or lines or b'did not leave this machine' in run.out):
        return ''
    if run.status not in FAILED_HERE:
        return 'it shows something else than it always does, and does not say why'
    return '' if lines else 'it failed without a word'


def judge(sonde, faulty, how, words):
    runs = sweep(sonde, faulty, how, words)
    plain, last = runs[0], runs[-1]
    assert plain.out and plain.status in (0, 1) and not plain.err, f'without failures: {plain}'
    assert len(runs) > 100 and not last.failed and last.out == plain.out, f'{len(runs)} runs, the last one: {last}'
    wrong = {}
    for run in runs[1:-1]:
        assert run.failed, f'allocation {run.n} did not fail'
        why = wrong_with(run, plain)
        if why:
            wrong.setdefault(why, []).append(run)
    assert not wrong, '\n'.join(f'{why}: allocations {[run.n for run in some][:12]}, {some[0].err.decode()}' for why, some in wrong.items())
    return len(runs) - 2


def main():
    sonde, faulty = map(os.path.abspath, sys.argv[1:3])
    rows = SOME if sys.argv[3:] else [(title, how) for title in CASES for how in ('once', 'since')]
    print(f'1..{len(rows)}')
    failed = 0
    for number, (title, how) in enumerate(rows, 1):
        try:
            print(f'ok {number} - {title}, {how}: {judge(sonde, faulty, how, CASES[title])} allocations', flush=True)
        except AssertionError as error:
            failed += 1
            print(f'not ok {number} - {title}, {how}\n# ' + str(error).replace('\n', '\n# '), flush=True)
    sys.exit(bool(failed))


if __name__ == '__main__':
    main()
