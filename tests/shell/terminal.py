#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""sonde on a pseudo-terminal: rows are redrawn in place, a signal ends the trace with what is known, a narrow window is respected.
The network is simulated, and paced in real time where time matters; every wait is for something that the program writes."""
import fcntl
import json
import os
import pathlib
import pty
import re
import signal
import struct
import sys
import tempfile
import termios
import threading
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
NET = TOP / 'tests/golden/chain.net'
FIREWALL = TOP / 'docs/examples/firewall.net'
SIZE = 'HHHH'
HIGH = 60
STOPPED = b'\n[1]+  Stopped\nfg\n'
ESCAPES = re.compile(r'\x1b\[\??\d*[mAJKhl]')


class Screen:
    """A terminal, and what has scrolled out of it. It breaks lines anew when it gets another width, or cuts them as older ones do."""

    def __init__(self, columns, rows, rebreaks):
        self.columns, self.rows, self.rebreaks = columns, rows, rebreaks
        self.lines, self.goes_on = [''], [False]  # on the next one
        self.row = self.column = 0
        self.breaks, self.left = True, ''

    def feed(self, text):
        text, self.left = self.left + text, ''
        cut = re.search(r'\x1b(\[[^a-zA-Z]*)?$', text)
        if cut:
            text, self.left = text[:cut.start()], text[cut.start():]
        for escape, char in re.findall(r'(\x1b\[[^a-zA-Z]*[a-zA-Z])|(.)', text, re.S):
            self.obey(escape[2:-1], escape[-1]) if escape else self.put(char)

    def obey(self, number, what):
        if what == 'A':
            self.row = max(self.row - int(number or 1), len(self.lines) - self.rows, 0)
        elif what in 'JK':
            self.lines[self.row], self.goes_on[self.row] = self.lines[self.row][:self.column], False
            for row in range(self.row + 1, len(self.lines) if what == 'J' else 0):
                self.lines[row], self.goes_on[row] = '', False
        elif what in 'hl':
            self.breaks = what == 'h'
        else:
            assert what == 'm', what

    def go_on(self):
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append('')
            self.goes_on.append(False)

    def put(self, char):
        if char == '\r':
            self.column = 0
        elif char == '\n':
            self.go_on()
        else:
            if self.column == self.columns and self.breaks:
                self.goes_on[self.row], self.column = True, 0
                self.go_on()
            self.column = min(self.column, self.columns - 1)
            line = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = line[:self.column] + char + line[self.column + 1:]
            self.column += 1

    def resize(self, columns):
        lines, self.lines = self.lines, []
        goes_on, self.goes_on = self.goes_on, []
        text, cursor = '', None
        for row, line in enumerate(lines):
            if row == self.row:
                cursor = len(text) + self.column
            text += line
            if goes_on[row] and self.rebreaks:
                continue
            parts = [text[at:at + columns] for at in range(0, max(len(text), 1), columns)] if self.rebreaks else [text[:columns]]
            if cursor is not None:
                part = min(cursor // columns, len(parts) - 1)
                found, cursor = (len(self.lines) + part, min(cursor - part * columns, columns - 1)), None
            self.lines += parts
            self.goes_on += [True] * (len(parts) - 1) + [False]
            text = ''
        (self.row, self.column), self.columns = found, columns


def be_a_shell(behind=False):
    """Returns in a job of this process, which fetches it back whenever it is stopped, and ends as it does. behind: it begins in the
    background, on a terminal that lets no job write from there."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    if behind:
        mode = termios.tcgetattr(0)
        mode[3] |= termios.TOSTOP
        termios.tcsetattr(0, termios.TCSANOW, mode)
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        if not behind:
            os.tcsetpgrp(0, os.getpgrp())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        return
    while True:
        status = os.waitpid(job, os.WUNTRACED)[1]
        if not os.WIFSTOPPED(status):
            os._exit(os.waitstatus_to_exitcode(status))
        os.write(1, STOPPED)
        os.tcsetpgrp(0, job)
        os.kill(job, signal.SIGCONT)


class Run:
    def __init__(self, sonde, *arguments, columns=80, rows=24, environment=None, ignored=None, net=NET, command=(), paced=True,
                 shell=False):
        self.text, self.screen = '', None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            if ignored:
                signal.signal(ignored, signal.SIG_IGN)
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack(SIZE, rows, columns, 0, 0))
            if shell:
                be_a_shell(shell == 'behind')
            os.execve(sonde, ['sonde', *command, '--sim', str(net), *(['--realtime'] if paced else []), *arguments],
                      {'TERM': 'xterm', 'LC_ALL': 'C.UTF-8',
                       'XDG_CONFIG_HOME': '/nonexistent', 'SONDE_NO_SYSTEM_CONFIG': '1', **(environment or {})})

    def read(self):
        """False: the program has closed its terminal."""
        try:
            part = os.read(self.fd, 4096)
        except OSError:
            part = b''
        self.text += part.decode()
        if self.screen:
            self.screen.feed(part.decode())
        return bool(part)

    def resize(self, columns, rows):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack(SIZE, rows, columns, 0, 0))

    def until(self, wanted):
        while not re.search(wanted, self.text):
            assert self.read(), f'{wanted!r} never came: {self.text!r}'

    def until_it_draws(self):
        """… once more, and the cursor waits at the top of what is drawn."""
        drawn = self.text.count('\x1b[J')
        while self.text.count('\x1b[J') == drawn or not re.search(r'\x1b\[\d+A$', self.text):
            assert self.read(), f'it ended too early: {self.text!r}'

    def until_it_waits(self):
        """… for an answer, and for signals: it has blocked them then."""
        blocked = 1 << signal.SIGINT - 1
        while not any(int(line.split()[1], 16) & blocked for line in pathlib.Path(f'/proc/{self.pid}/status').read_text().splitlines()
                      if line.startswith('SigBlk')):
            time.sleep(0.001)

    def is_interrupted(self, said, number=signal.SIGINT):
        os.kill(self.pid, number)
        assert self.end() == 130, f'{number!r}: {self.text!r}'
        assert said in self.text.replace('\r\n ', ''), self.text

    def end(self):
        while self.read():
            pass
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.fd)
        return status


def in_place(sonde):
    run = Run(sonde, '-q', '1', '192.0.2.81', paced=False)
    assert run.end() == 1, run.text
    assert '\x1b[J' in run.text, f'nothing was redrawn: {run.text!r}'
    last = re.sub(r'\x1b\[\d*m', '', run.text.rsplit('\x1b[J\x1b[A', 1)[1])
    assert re.search(r'^ *5 +10\.0\.3\.2 .*!H', last, re.M), last
    assert '10.0.0.1' in last and 'is unreachable' in last, last


def signals(sonde):
    """What is waited for lasts a minute: it cannot end by itself before the signal comes."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        run = Run(sonde, '-w', '60', '-U', 'web', net=FIREWALL)
        run.until(r'198\.51\.100\.2')
        run.is_interrupted('Interrupted. The last answer came from hop 3 (198.51.100.2).', number)
    run = Run(sonde, '-w', '60', '192.0.2.80', '--if', '1', command=('probe-interface',), net=FIREWALL)
    run.until_it_waits()
    run.is_interrupted('Interrupted. 192.0.2.80 has not answered yet.')


def a_search_that_is_ended(sonde):
    """It would take some seconds, as large packets vanish on the way."""
    run = Run(sonde, 'web', command=('mtu',), net=TOP / 'docs/examples/blackhole.net')
    run.until('sonde mtu to')
    run.until_it_waits()
    run.is_interrupted('Interrupted. ')


def a_second_search_that_is_ended(sonde):
    """What echo requests showed is told, and that UDP was not asked to the end; it would take some seconds more."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / 'run.json'
        run = Run(sonde, '-o', 'ndjson', '-o', f'json={file}', 'web', command=('mtu',), net=TOP / 'docs/examples/blackhole.net')
        run.until('"event":"start","trace":1,')
        os.kill(run.pid, signal.SIGINT)
        assert run.end() == 130, run.text
        trace, = json.loads(file.read_text())['traces']
    also = trace['mtu']['asked_also']
    assert (trace['method'], also['method'], also['result']) == ('icmp', 'udp', 'interrupted'), also
    assert also['note'].startswith('Interrupted while UDP was asked'), also


def outlived(sonde):
    """What nohup and a shell's background job ask for: a signal that was ignored from the start ends nothing."""
    run = Run(sonde, '-q', '1', '--no-wait', '192.0.2.81', ignored=signal.SIGHUP)
    run.until(r'10\.0\.3\.2')
    os.kill(run.pid, signal.SIGHUP)
    assert run.end() == 1, run.text
    assert 'Interrupted' not in run.text, run.text


def repeated(sonde):
    """An interrupt in the middle of many shows what is known of them."""
    run = Run(sonde, '--repeat', '500', '--interval', '20ms', 'web')
    run.until(r'[1-9]\d* of 500 traces, [\d.]+ a second')
    os.kill(run.pid, signal.SIGINT)
    assert run.end() == 130, run.text
    times = re.search(r'3 queries, (\d+)\s+of\s+500\s+times', run.text)
    assert times and 0 < int(times[1]) < 500, run.text
    assert re.search(r'^ +4 +10\.0\.3\.2 +0% ', ESCAPES.sub('', run.text), re.M), run.text


def narrow(sonde):
    run = Run(sonde, '-6', '2001:db8:80::80', columns=40, environment={'NO_COLOR': '1'})
    assert run.end() == 0, run.text
    assert '\x1b[1m' not in run.text and '\x1b[2m' not in run.text, 'NO_COLOR was not honoured'
    wide = [line for line in ESCAPES.sub('', run.text).splitlines() if len(line) > 40]
    assert not wide, wide
    assert '2001:db8:80::80' in run.text


def names_in_a_narrow_window(sonde):
    """Long names are cut in the middle, addresses never; no line is longer than the window."""
    run = Run(sonde, '-q', '1', 'web', columns=60, environment={'NO_COLOR': '1'}, net=TOP / 'docs/examples/home.net')
    assert run.end() == 0, run.text
    last = re.sub(r'\x1b\[\d*m', '', run.text.rsplit('\x1b[J\x1b[A', 1)[1])
    lines = last.splitlines()
    assert not [line for line in lines if len(line) > 60], last
    assert '192.168.1.1' in last and '10.64.3.1' in last and 'access-17.isp.example.net' in last, last
    run = Run(sonde, '-q', '1', 'web', columns=60, environment={'NO_COLOR': '1'}, net=TOP / 'tests/golden/names.net')
    assert run.end() == 0, run.text
    last = re.sub(r'\x1b\[\d*m', '', run.text.rsplit('\x1b[J\x1b[A', 1)[1])
    assert not [line for line in last.splitlines() if len(line) > 60], last
    assert '10.0.2.2' in last and re.search(r'a-very-long.*….*campus\.example\.net', last), last


WIDTH = 60
# Whatever is written in tables and sentences; what is to be pasted, behind "Try:", is not broken.
BROAD = (['-6', '2001:db8:80::80'], ['-q', '10', '--columns', 'hop,address,loss,times,best,avg,worst,sent,answered,reply-ttl', 'web'],
         ['compare', '-6', '2001:db8:80::80'], ['mtu', '-6', 'web'], ['--no-wait', '--lost', '-m', '7', '192.0.2.81'],
         ['--detail', '3', 'web'])


def shown(run):
    return [line for line in ESCAPES.sub('', run.text).replace('\r', '').split('\n') if not line.startswith('Try: ')]


def sixty_columns(sonde):
    for words in BROAD:
        command, arguments = ([words[0]], words[1:]) if words[0].isalpha() else ([], words)
        run = Run(sonde, *arguments, columns=WIDTH, command=command, paced=False)
        run.end()
        broad = [line for line in shown(run) if len(line) > WIDTH]
        assert not broad, f'{words}: {broad}'
        assert len(shown(run)) > 4, f'{words}: {run.text}'


def wide(sonde):
    """Lines are as long as they are, and what the terminal has made of them is found again: no row stands twice."""
    words = ('--wide', '-q', '8', '-6', '2001:db8:80::80')
    run = Run(sonde, *words, columns=40, paced=False)
    assert run.end() == 0, run.text
    assert any(len(line) > 40 for line in shown(run)), run.text
    final = ESCAPES.sub('', run.text.rsplit('\x1b[J\x1b[A', 1)[-1])
    assert len(re.findall(r'^ +5 ', final, re.M)) == 1, final


def resized(sonde):
    """Whatever a terminal makes of lines when its width changes, and however late it tells: no row stands twice, none above is lost.
    As long as nothing scrolls out of it, that is: it is high enough for that."""
    for rebreaks, late in ((True, False), (True, True), (False, False), (False, True)):
        run = Run(sonde, '-q', '4', '-z', '0.05', 'web', columns=100, rows=HIGH, net=TOP / 'docs/examples/home.net')
        run.screen = Screen(100, HIGH, rebreaks)
        run.screen.feed('what stands above\r\n')
        for columns in (50, 120, 60, 90):
            for told in (False, True):
                run.until_it_draws()
                if not told:
                    run.screen.resize(columns)
                if told == late:
                    run.resize(columns, HIGH)
        assert run.end() == 0, run.text
        shows = [line.rstrip() for line in run.screen.lines]
        assert shows[0] == 'what stands above' and shows[1].startswith('sonde to web'), (rebreaks, late, shows)
        numbers = [int(line.split()[0]) for line in shows if re.match(r' +\d+  ', line)]
        assert numbers == list(range(1, 9)), (rebreaks, late, shows)


def stopped(sonde):
    """What a shell says of a program that was stopped stays, and the table goes on below it."""
    run = Run(sonde, '-q', '4', '-z', '0.05', 'web', columns=100, net=TOP / 'docs/examples/home.net', shell=True)
    run.screen = Screen(100, 24, True)
    run.until_it_draws()
    os.write(run.fd, b'\x1a')
    assert run.end() == 0, run.text
    shows = [line.rstrip() for line in run.screen.lines]
    assert [line for line in shows if line in ('[1]+  Stopped', 'fg')] == ['[1]+  Stopped', 'fg'], shows
    numbers = [int(line.split()[0]) for line in shows if re.match(r' +\d+  ', line)]
    assert numbers == list(range(1, 9)), shows


def written_from_behind(sonde):
    """A job in the background is stopped when it writes (SIGTTOU); fetched to the front it goes on, and nothing is missing."""
    run = Run(sonde, '-q', '1', 'web', net=TOP / 'docs/examples/home.net', shell='behind')
    assert run.end() == 0, run.text
    text = ESCAPES.sub('', run.text)
    assert text.startswith(STOPPED.decode().replace('\n', '\r\n')) and text.count('Reached 192.0.2.80 in 8 hops.') == 1, run.text
    numbers = [int(line.split()[0]) for line in text.rsplit('Hop  Address', 1)[1].splitlines() if re.match(r' +\d+  ', line)]
    assert sorted(set(numbers)) == list(range(1, 9)), run.text


STORM_S = 0.001


def storm(sonde):
    """A thousand SIGWINCH a second, with and without a change of the width: the table comes out as it always does, and on time."""
    run = Run(sonde, '-q', '4', '-z', '0.05', 'web', columns=100, rows=HIGH, net=TOP / 'docs/examples/home.net')
    run.screen = Screen(100, HIGH, True)
    run.until_it_draws()
    sent, over = [], threading.Event()

    def blow():
        while not over.wait(STORM_S):
            os.kill(run.pid, signal.SIGWINCH)
            sent.append(1)
    begin_s = time.monotonic()
    thread = threading.Thread(target=blow)
    thread.start()
    try:
        for columns in (50, 120, 60, 90):
            run.until_it_draws()
            run.screen.resize(columns)
            run.resize(columns, HIGH)
        while run.read():
            pass
    finally:
        over.set()
        thread.join()
    took_s = time.monotonic() - begin_s
    assert run.end() == 0, run.text
    assert len(sent) >= 100 * took_s and len(sent) > 200, f'only {len(sent)} signals in {took_s} s'
    assert took_s < 10, f'it took {took_s} s'
    shows = [line.rstrip() for line in run.screen.lines]
    numbers = [int(line.split()[0]) for line in shows if re.match(r' +\d+  ', line)]
    assert shows[0].startswith('sonde to web') and numbers == list(range(1, 9)), shows


def seconds_of_work(pid):
    """What the processor has done for that process."""
    fields = pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def lost(sonde):
    """The terminal goes away in the middle of what would last a minute: the program ends, with a status that says so, whether it is told
    (SIGHUP) or finds out by itself, as under nohup; and it does not spin until then."""
    for ignored, wanted in ((None, (130,)), (signal.SIGHUP, (2, 130))):
        run = Run(sonde, '-w', '60', '--deadline', '3', '-U', 'web', net=FIREWALL, ignored=ignored)
        run.until(r'198\.51\.100\.2')
        os.close(run.fd)
        begin_s, work_s = time.monotonic(), 0
        while os.waitid(os.P_PID, run.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            assert time.monotonic() - begin_s < 20, 'it did not end'
            work_s = seconds_of_work(run.pid)
            time.sleep(0.005)
        status = os.waitstatus_to_exitcode(os.waitpid(run.pid, 0)[1])
        assert status in wanted, f'status {status} with {ignored} ignored'
        assert work_s < 1.0, f'{work_s} s of work'


def colours(sonde):
    """Auto on a terminal; NO_COLOR before CLICOLOR_FORCE before that; a word of the command line before all. Nothing is told by them
    alone."""
    for environment, words, wanted in (({}, (), True), ({'NO_COLOR': '1'}, (), False), ({'NO_COLOR': '', 'CLICOLOR_FORCE': '0'}, (), True),
                                       ({'NO_COLOR': '1', 'CLICOLOR_FORCE': '1'}, (), False), ({'TERM': 'dumb'}, (), False),
                                       ({'TERM': 'dumb', 'CLICOLOR_FORCE': '1'}, (), True), ({}, ('--color', 'never'), False),
                                       ({'NO_COLOR': '1'}, ('--color', 'always'), True)):
        run = Run(sonde, *words, '-q', '1', 'web', environment=environment)
        assert run.end() == 0, run.text
        assert ('\x1b[2m' in run.text) == wanted, f'{environment} {words}: {run.text!r}'
    plain, tinted = (Run(sonde, '-q', '1', '--no-wait', '192.0.2.81', '--color', when, environment={'TERM': 'dumb'})
                     for when in ('never', 'always'))
    assert plain.end() == tinted.end() == 1
    assert plain.text == ESCAPES.sub('', tinted.text) != tinted.text, tinted.text


def main():
    sonde = os.path.abspath(sys.argv[1])
    checks = (in_place, signals, a_search_that_is_ended, a_second_search_that_is_ended, outlived, repeated, narrow,
              names_in_a_narrow_window, sixty_columns, wide, resized,
              stopped, written_from_behind, storm, lost, colours)
    print(f'1..{len(checks)}')
    failed = 0
    for number, check in enumerate(checks, 1):
        try:
            check(sonde)
            print(f'ok {number} - {check.__name__}')
        except AssertionError as error:
            failed += 1
            print(f'not ok {number} - {check.__name__}\n# ' + str(error).replace('\n', '\n# '))
    sys.exit(bool(failed))


if __name__ == '__main__':
    main()
