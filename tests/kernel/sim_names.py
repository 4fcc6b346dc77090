#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""When probes leave and when rows stand while a name server is slow or dead: as with -n, to the millisecond. Traces through the simulator
in real time, with a name server on loopback beside them. Probes leave one by one, and round trips are such that each answer comes just
before the next probe is due: whatever holds up the program then holds up that probe. Prints TAP.
  sim_names.py SONDE              the measurement, judged
  sim_names.py --inside SONDE     in the network: prints what was seen"""
import contextlib
import datetime
import json
import os
import pathlib
import pty
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import lab
import nameserver
from sim_twin import heard

ROUTERS = 8
GAP_MS = 40
FIRST_DELAY_MS, DELAY_MS = 19, 20  # one way: a round trip is 2 ms short of some gaps
RUNS = 5 if os.environ.get('SONDE_TEST_LONG') else 3
PROBES_LEAST = 25  # three a hop; how many are sent past the target differs
WAIT_MS = 500
# What a probe, or a row, may be later than with -n in the best of all runs: what names do, they do in each, and what others on this machine
# do, not in all.
BOUND_MS = 1.0
# … and a wait that was asked for may take longer than it should.
WAIT_BOUND_MS = 10.0
NEVER = None
# How long answers of the name server take in seconds, on a terminal, --resolve-wait in milliseconds. Names that take a second come just
# before a probe as well, those that take 235 ms just before the row of a farther hop.
PLAIN, PLAIN_PIPE = 'with -n, on a terminal', 'with -n, on a pipe'
HOW = {
    PLAIN: (0, True, 0),
    'a dead name server, on a terminal': (NEVER, True, 0),
    'a name server that takes a second, on a terminal': (1.0, True, 0),
    'a name server that takes 235 ms, on a terminal': (0.235, True, 0),
    PLAIN_PIPE: (0, False, 0),
    'a dead name server, on a pipe, --resolve-wait 0': (NEVER, False, 0),
    'a dead name server, on a pipe': (NEVER, False, WAIT_MS),
}


def addresses():
    return [f'10.0.{hop}.2' for hop in range(ROUTERS + 1)]


def net():
    nodes = ['me', *(f'r{number}' for number in range(ROUTERS)), 'web']
    links = [f'link {near} {far} 10.0.{link}.1/24 10.0.{link}.2/24 delay={DELAY_MS if link else FIRST_DELAY_MS}ms'
             for link, (near, far) in enumerate(zip(nodes, nodes[1:]))]
    return '\n'.join(['observer me', f'router {" ".join(nodes[1:-1])}', 'host web', *links]) + '\n'


def wall_ns(text):
    return int(datetime.datetime.fromisoformat(f'{text[:19]}+00:00').timestamp()) * 10**9 + int(text[20:29])


@contextlib.contextmanager
def server(delay_s):
    """The port of one that answers so late, or never."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.bind(('127.0.0.1', 0))
    if delay_s is NEVER:
        yield opened.getsockname()[1]
        opened.close()
        return
    with nameserver.NameServer(opened, names={address: f'{address}.lab.example' for address in addresses()}, delay_s=delay_s) as running:
        yield running.port


def read_rows(descriptor):
    """When each hop's row was read first, on the clock of the wall."""
    text, rows = b'', {}
    with contextlib.suppress(OSError):  # the other end of a terminal is closed
        while part := os.read(descriptor, 4096):
            now_ns = time.time_ns()
            text += part
            for hop, address in enumerate(addresses(), 1):
                if hop not in rows and f' {hop}  {address} '.encode() in text:
                    rows[hop] = now_ns
    os.close(descriptor)
    return rows


def traced(sonde, port, terminal, wait_ms, numeric, folder):
    """Milliseconds between the probes of one run, and from when a hop's row could stand to when it does: on a terminal that is its first
    answer, on a pipe its last, and for the last hop the end."""
    events = pathlib.Path(folder) / 'events'
    ours, theirs = pty.openpty() if terminal else os.pipe()
    command = [sonde, '--no-config', '--color', 'never', '-z', f'{GAP_MS}', '-o', f'ndjson={events}', '--resolve-wait', f'{wait_ms / 1000}',
               *(['-n'] if numeric else ['--dns-server', f'127.0.0.1:{port}']), addresses()[-1]]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=theirs, env={**os.environ, 'TERM': 'xterm'}) as process:
        os.close(theirs)
        rows = read_rows(ours)
    assert process.returncode == 0, process.returncode
    told = [json.loads(line) for line in events.read_text().splitlines()]
    sent = [wall_ns(event['at']) for event in told if event['event'] == 'sent']
    answered = {}
    for event in told:
        if event['event'] == 'reply' and event['answer']['address'] in addresses():
            hop, at_ns = addresses().index(event['answer']['address']) + 1, wall_ns(event['answer']['at'])
            answered[hop] = answered.get(hop, at_ns) if terminal else at_ns
        if event['event'] == 'end' and not terminal:
            answered[ROUTERS + 1] = wall_ns(event['at'])
    # no probe leaves before it is due: a shorter gap shows that the one before it was late, and is none to measure others by
    gaps = [max((b - a) / 1e6, GAP_MS) for a, b in zip(sent, sent[1:])]
    return {'gaps': gaps, 'rows': {hop: (rows[hop] - answered[hop]) / 1e6 for hop in answered}}


def inside(sonde):
    seen = {title: [] for title in HOW}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(RUNS):
            for title, (delay_s, terminal, wait_ms) in HOW.items():
                with server(delay_s) as port:
                    seen[title].append(traced(sonde, port, terminal, wait_ms, title in (PLAIN, PLAIN_PIPE), folder))
    print(json.dumps(seen))
    return 0


def each(runs, what, of):
    """That of each probe that was sent in all runs, or of each hop's row."""
    keyed = [dict(enumerate(run[what])) if isinstance(run[what], list) else run[what] for run in runs]
    return {key: of(one[key] for one in keyed) for key in keyed[0] if all(key in one for one in keyed)}


def judge(seen, title):
    """What is too late, and how much later than with -n probes and rows are at most."""
    _, terminal, wait_ms = HOW[title]
    plain, runs = seen[PLAIN if terminal else PLAIN_PIPE], seen[title]
    wrong, figures = [], []
    for what, name, may_ms in (('gaps', 'probes', BOUND_MS), ('rows', 'rows', wait_ms + WAIT_BOUND_MS if wait_ms else BOUND_MS)):
        later = {}
        for of in (min, statistics.median):
            without, with_names = each(plain, what, of), each(runs, what, of)
            both = without.keys() & with_names.keys()
            if len(both) < (PROBES_LEAST if what == 'gaps' else ROUTERS + 1):
                return f'only {len(both)} {name} in common', figures
            later[of] = max(with_names[key] - without[key] for key in both)
        figures.append(f'{name}: {later[min]:+.3f} ms at most in the best of {len(runs)} runs, {later[statistics.median]:+.3f} ms in the '
                       'median')
        if later[min] > may_ms:
            wrong.append(f'{name}: {each(runs, what, min)}\nwith -n: {each(plain, what, min)}')
    return '\n'.join(wrong), figures


def main(sonde):
    try:
        lab.Lab(1).close()
    except lab.Unavailable as reason:
        print(f'1..0 # SKIP {reason}')
        return 0
    with tempfile.NamedTemporaryFile('w', suffix='.net') as file:
        file.write(net())
        file.flush()
        command = [sonde, 'sim', file.name, '--', sys.executable, str(pathlib.Path(__file__).resolve()), '--inside', sonde]
        seen = heard(subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=110, check=False))
    titles = [title for title in HOW if title not in (PLAIN, PLAIN_PIPE)]
    print(f'1..{len(titles)}')
    failed = 0
    for number, title in enumerate(titles, 1):
        wrong, figures = judge(seen, title)
        failed += bool(wrong)
        print(f'{"not ok" if wrong else "ok"} {number} - {title}: nothing is later')
        for line in (*figures, *wrong.splitlines()):
            print(f'# {line}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(inside(sys.argv[2]) if sys.argv[1] == '--inside' else main(str(pathlib.Path(sys.argv[1]).resolve())))
