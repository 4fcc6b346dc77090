#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--targets: the order of tables, the line of progress, an end by a signal, and that ten thousand hosts need no more memory than a
few hundred. Every wait is for something that the program writes. Prints TAP."""
import fcntl
import os
import pathlib
import pty
import re
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import termios

ENVIRONMENT = {'LC_ALL': 'C.UTF-8', 'TERM': 'xterm', 'XDG_CONFIG_HOME': '/nonexistent', 'SONDE_NO_SYSTEM_CONFIG': '1'}
ACCESS, HOSTS = 8, 200
FEW, MANY, STREAMED, TOLD = 500, 10000, 4000, 600
GROWTH_KB, DEARER = 8192, 2
PROGRESS = re.compile(r'\r\x1b\[K(\d+) of (\d+) hosts(?:, [\d.]+ a second, (?:\d+:)?\d+:\d\d left)?')


class Skip(Exception):
    """What the test measures says nothing here."""


def address(host):
    return f'10.{2 + host // 60}.{host % 60 * 4}.2'


def network():
    lines = ['observer me', 'router r1 r2 ' + ' '.join(f'a{i}' for i in range(ACCESS)),
             'link me r1 10.0.0.2/24 10.0.0.1/24 delay=1ms', 'link r1 r2 10.0.1.1/24 10.0.1.2/24 delay=2ms']
    lines += [f'link r2 a{i} 10.1.{i}.1/30 10.1.{i}.2/30 delay={1 + i % 7}ms' for i in range(ACCESS)]
    for i in range(HOSTS):
        lines += [f'host h{i}', f'link a{i % ACCESS} h{i} {address(i)[:-1]}1/30 {address(i)}/30 delay={1 + i * 7 % 40}ms']
    return '\n'.join(lines) + '\n'


class Place:
    def __init__(self, folder, sonde):
        self.sonde, self.net, self.folder = sonde, folder / 'many.net', folder
        self.net.write_text(network())

    def list_of(self, count):
        path = self.folder / f'{count}.txt'
        path.write_text(''.join(f'{address(i % HOSTS)}\n' for i in range(count)))
        return path

    def command(self, count, *more):
        return [self.sonde, '--sim', str(self.net), '--targets', str(self.list_of(count)), *more]

    def run(self, count, *more):
        run = subprocess.run(self.command(count, *more), capture_output=True, text=True, check=False, env=ENVIRONMENT, timeout=300)
        assert run.returncode == 0 and not run.stderr, f'status {run.returncode}\n{run.stderr[-500:]}'
        return run.stdout


def in_the_order_of_the_list(place):
    """Whatever is far ends late: the delays go up and down."""
    out = place.run(HOSTS, '--parallel', '50')
    targets = re.findall(r'^sonde to (\S+),', out, re.M)
    assert targets == [address(i) for i in range(HOSTS)], targets[:20]
    assert len(re.findall(r'^Reached ', out, re.M)) == HOSTS, out[-500:]


def one_at_a_time_says_the_same(place):
    """But for what only neighbours know of each other: here nobody limits."""
    assert place.run(HOSTS, '--parallel', '1', '-q', '1') == place.run(HOSTS, '--parallel', '200', '-q', '1')


def grows_not(place, counts, *words):
    """Runs of so many hosts, a few and many: neither memory nor the time for each grows."""
    if 'ASAN_OPTIONS' in os.environ:
        raise Skip('the sanitizer keeps what is freed')
    used = []
    for count in counts:
        # a child of its own for each, whose own child is the only one that getrusage tells of
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                place.run(count, '-M', 'udp', *words)
                usage = resource.getrusage(resource.RUSAGE_CHILDREN)
                os.write(writer, f'{usage.ru_maxrss} {usage.ru_utime + usage.ru_stime}'.encode())
            except AssertionError as error:
                os.write(writer, str(error).encode())
            finally:
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as told:
            text = told.read()
        os.waitpid(child, 0)
        used_kb, used_s = text.split() if len(text.split()) == 2 else (0, 0)
        assert used_kb, f'{count} hosts failed: {text}'
        used.append((int(used_kb), float(used_s) / count))
    (few_kb, few_s), (many_kb, many_s) = used
    few, many = counts
    assert many_kb < few_kb + GROWTH_KB, f'{few_kb} kB for {few} hosts, {many_kb} kB for {many}'
    assert many_s < DEARER * few_s, f'{few_s * 1e6:.0f} us for each of {few} hosts, {many_s * 1e6:.0f} us for each of {many}'


def ten_thousand_take_no_more_memory(place):
    grows_not(place, (FEW, MANY))


def all_are_told_in_every_format(place):
    """Also where all traces are kept to the end, which are more than wait for each other's tables."""
    counts = {'json': '"ended_at"', 'ndjson': '"event":"end"', 'mtr-json': '"report"', 'csv': '\n'}
    for name, mark in counts.items():
        told = place.run(TOLD, '-q', '1', '-o', name).count(mark)
        assert told >= TOLD, f'{name}: {told} of {TOLD}'


def streams_keep_nothing(place):
    """Events, and formats of a line for each trace, are written when a trace is told, and forgotten."""
    grows_not(place, (FEW, STREAMED), '-o', 'ndjson=/dev/null', '-o', 'atlas=/dev/null')


class Watched:
    """Standard error is a terminal."""

    def __init__(self, command, stdout=subprocess.DEVNULL, columns=0):
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
        self.text, self.fd = '', ours
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=theirs, env=ENVIRONMENT)
        os.close(theirs)

    def read(self):
        try:
            part = os.read(self.fd, 4096)
        except OSError:
            part = b''
        self.text += part.decode()
        return bool(part)

    def end(self):
        while self.read():
            pass
        os.close(self.fd)
        return self.process.wait(timeout=60)


def progress_on_a_terminal_only(place):
    watched = Watched(place.command(1000))
    assert watched.end() == 0, watched.text
    seen = [int(match[1]) for match in PROGRESS.finditer(watched.text)]
    assert len(seen) > 3 and seen == sorted(seen) and seen[0] == 0 and seen[-1] < 1000, seen
    assert re.search(r' of 1000 hosts, [\d.]+ a second, \d+:\d\d left', watched.text), watched.text
    assert watched.text.endswith('\r\x1b[K'), f'the line stays: {watched.text[-100:]!r}'
    assert not PROGRESS.sub('', watched.text).replace('\r\x1b[K', '').strip(), watched.text


def progress_in_a_narrow_window(place):
    """Whatever is written over stays on one line."""
    for columns in (38, 24, 10):
        watched = Watched(place.command(500), columns=columns)
        assert watched.end() == 0, watched.text
        lines = watched.text.split('\r\x1b[K')
        assert len(lines) > 3 and '\n' not in watched.text and max(map(len, lines)) < columns, f'{columns} columns: {watched.text!r}'


def a_signal_ends_it_with_what_is_known(place):
    watched = Watched(place.command(MANY, '--realtime', '--parallel', '4'), stdout=subprocess.PIPE)
    with watched.process.stdout as out:
        begin = b''
        while begin.count(b'Reached') < 3:
            part = out.read1(4096)
            assert part, watched.text
            begin += part
        watched.process.send_signal(signal.SIGINT)
        rest = out.read()
        assert watched.end() == 130, watched.text
    text = (begin + rest).decode()
    headers = len(re.findall(r'^sonde to ', text, re.M))
    assert 3 <= headers < MANY, f'{headers} tables'
    told = re.search(r'sonde: interrupted: (\d+) of 10000 hosts were not traced', watched.text)
    assert told and int(told[1]) == MANY - headers, f'{headers} tables, and: {watched.text[-300:]!r}'


SCENARIOS = (in_the_order_of_the_list, one_at_a_time_says_the_same, ten_thousand_take_no_more_memory, streams_keep_nothing,
             all_are_told_in_every_format,
             progress_on_a_terminal_only, progress_in_a_narrow_window, a_signal_ends_it_with_what_is_known)


def main(sonde):
    print(f'1..{len(SCENARIOS)}')
    failed = 0
    with tempfile.TemporaryDirectory(prefix='sonde-targets-') as folder:
        place = Place(pathlib.Path(folder), sonde)
        for number, scenario in enumerate(SCENARIOS, 1):
            title = scenario.__name__.replace('_', ' ')
            try:
                scenario(place)
                print(f'ok {number} - {title}', flush=True)
            except Skip as reason:
                print(f'ok {number} - {title} # SKIP {reason}', flush=True)
            except AssertionError as error:
                failed += 1
                print(f'not ok {number} - {title}')
                print('\n'.join(f'# {line}' for line in str(error).splitlines()), flush=True)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(os.path.abspath(sys.argv[1])))
