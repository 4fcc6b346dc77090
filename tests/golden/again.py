#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The same again: one seed and one simulated network give the same bytes of events, whatever the process, its folder, its environment and
where its memory lies; another seed gives other secrets. And again for a day: what a run holds hardly grows. Prints TAP.
  again.py SONDE          the first, and an hour of traces
  again.py SONDE long     a day of them"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
NETS = sorted([*(TOP / 'tests/golden').glob('*.net'), *(TOP / 'docs/examples').glob('*.net')])
METHODS = ('icmp', 'udp', 'tcp')
HOST = re.compile(r'^host\s+(\S+)', re.M)
# What of a probe is made from the secret.
SECRETS = ('source_port', 'icmp_id', 'icmp_sequence', 'ip_id')
EVERY_S = 10  # between two traces of the soak
# Of each trace of a list some words stay (its source ports, its place), and now and then the tables that hold them double; a trace itself
# takes some thousand bytes.
KEPT_MOST_BYTES = 640


class Skip(Exception):
    pass


def events(sonde, net, method, seed, folder, extra):
    command = [*extra, sonde, '--no-config', '-n', '-q', '2', '-m', '12', '-M', method, '--seed', str(seed), '-o', 'ndjson',
               '--sim', str(net), HOST.search(net.read_text())[1]]
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False,
                          env={'PATH': os.environ['PATH'], 'SONDE_NO_SYSTEM_CONFIG': '1', **({'TZ': 'Asia/Tokyo', 'LC_ALL': 'C.UTF-8',
                               'HOME': '/nonexistent', 'FILLING': 'x' * 3001} if extra else {})})
    assert done.returncode in (0, 1) and done.stdout, f'{" ".join(command)}: {done.returncode} {done.stderr!r}'
    return done.stdout


def secrets(text):
    sent = [event['probe'] for event in map(json.loads, text.splitlines()) if event['event'] == 'sent']
    assert sent, text
    return [tuple(probe[name] for name in SECRETS) for probe in sent]


def same_again(sonde):
    assert pathlib.Path('/proc/sys/kernel/randomize_va_space').read_text().strip() != '0', 'memory lies always in the same place here'
    assert len(NETS) > 10, NETS
    for nth, net in enumerate(NETS):
        method = METHODS[nth % len(METHODS)]
        first = events(sonde, net, method, 7, '/', [])
        with tempfile.TemporaryDirectory() as folder:
            second = events(sonde, net, method, 7, folder, ['env', 'ANOTHER=process'])
        assert first == second, f'{net.name}, {method}: two runs differ\n{first[:2000]!r}\n{second[:2000]!r}'
        other = events(sonde, net, method, 8, '/', [])
        shared = set(secrets(first)) & set(secrets(other))
        assert not shared, f'{net.name}, {method}: another seed has the same secrets {shared}'


def held_by(pid):
    """Resident bytes, and descriptors."""
    pages = int(pathlib.Path(f'/proc/{pid}/statm').read_text().split()[1])
    return pages * os.sysconf('SC_PAGE_SIZE'), len(os.listdir(f'/proc/{pid}/fd'))


def soak(sonde, hours):
    """One trace after the other in virtual time; what is held is looked at whenever so many have ended."""
    if b'__asan_init' in pathlib.Path(sonde).read_bytes():
        raise Skip('the sanitizer keeps what is freed')
    traces = hours * 3600 // EVERY_S
    looks, ended, until = [], 0, None
    with tempfile.NamedTemporaryFile('w', suffix='.txt') as hosts:
        hosts.write('web\n' * traces)
        hosts.flush()
        command = [sonde, '--no-config', '-n', '--parallel', '1', '-w', str(EVERY_S), '-o', 'ndjson', '--sim',
                   str(TOP / 'docs/examples/firewall.net'), '-U', '-q', '1', '--targets', hosts.name]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            for line in process.stdout:
                if not line.startswith('{"event":"end"'):
                    continue
                ended += 1
                until = json.loads(line)['at']
                if ended % (traces // 20) == 0 and ended < traces:
                    looks.append(held_by(process.pid))
            errors = process.stderr.read()
    assert ended == traces and len(looks) > 10, f'{ended} of {traces} traces ended\n{errors}'
    sizes, descriptors = [size for size, _ in looks], {count for _, count in looks}
    growth = sizes[-1] / sizes[1] - 1  # the first look may still come before all has been used once
    kept_bytes = (sizes[-1] - sizes[1]) / traces
    assert kept_bytes < KEPT_MOST_BYTES, f'it keeps {kept_bytes:.0f} bytes of each trace, and grew by {growth:.1%}: {sizes}'
    assert len(descriptors) == 1, descriptors
    print(f'# until {until} of a run from 2026-01-01: {growth:+.1%} memory, {kept_bytes:.0f} bytes of each of {traces} traces, '
          f'{descriptors} descriptors')


def main():
    sonde = os.path.abspath(sys.argv[1])
    hours = 24 if sys.argv[2:] else 1
    checks = ((f'{len(NETS)} networks twice, and with another seed', lambda: same_again(sonde)),
              (f'{hours} hours of traces', lambda: soak(sonde, hours)))
    print(f'1..{len(checks)}')
    failed = 0
    for number, (title, check) in enumerate(checks, 1):
        try:
            check()
            print(f'ok {number} - {title}')
        except Skip as reason:
            print(f'ok {number} - {title} # SKIP {reason}')
        except AssertionError as error:
            failed += 1
            print(f'not ok {number} - {title}\n# ' + str(error).replace('\n', '\n# '))
    sys.exit(bool(failed))


if __name__ == '__main__':
    main()
