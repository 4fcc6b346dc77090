#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""TAB is pressed in a bash on a pseudo-terminal, with and without the bash-completion package: what readline makes of a reply is what
counts. A key of the test's own prints the line as it stands then; every wait is for that. Prints TAP.
  tab.py COMPLETION SONDE
SONDE_BASH_COMPLETION in the environment is another bash-completion than the installed one: its file bash_completion."""
import os
import pathlib
import pty
import re
import sys
import tempfile

PACKAGE = pathlib.Path(os.environ.get('SONDE_BASH_COMPLETION') or '/usr/share/bash-completion/bash_completion')
TAB, SHOW, KILL = '\t', '\x07', '\x15'
SETUP = r'''
PS1= PS2= HISTFILE=
bind 'set enable-bracketed-paste off'; bind 'set bell-style none'; bind 'set completion-query-items 0'; bind 'set page-completions off'
bind -x '"\C-g": printf "\n<%s|%s>\n" "$READLINE_LINE" "$READLINE_POINT"'
history -s 'sonde -T old.example 2001:db8::7'
printf '<%s>\n' ready
'''
# What is typed, and the line after TAB.
COMPLETED = (
    ('sonde --que', 'sonde --queries '),
    ('sonde --wire=r', 'sonde --wire=raw '),
    ('sonde --wire r', 'sonde --wire raw '),
    ('sonde -M raw:gr', 'sonde -M raw:gre '),
    ('sonde --method=raw:gr', 'sonde --method=raw:gre '),
    ('sonde -M tcp:htt', 'sonde -M tcp:http'),
    ('sonde --columns hop,addr', 'sonde --columns hop,address'),
    ('sonde -T --tcp-options ts,sa', 'sonde -T --tcp-options ts,sack'),
    ('sonde --sim ho', 'sonde --sim home.net '),
    ('sonde --sim=ho', 'sonde --sim=home.net '),
    ('sonde -o json=no', 'sonde -o json=notes.txt '),
    ('sonde replay ru', 'sonde replay run.pcap '),
    ('sonde sim home.net -- cat no', 'sonde sim home.net -- cat notes.txt '),
    ('sonde old', 'sonde old.example '),
    ('sonde ju', 'sonde jump.example '),
    ('sonde --sim my', 'sonde --sim my\\ own.net '),
    ('sonde --sim="my', 'sonde --sim="my own.net" '),
    ("sonde --sim 'my", "sonde --sim 'my own.net' "),
    ("sonde --wire 'r", "sonde --wire 'raw' "),
    ('sonde --wire="r', 'sonde --wire="raw" '),
    ('sonde -M "raw:gr', 'sonde -M "raw:gre" '),
    ('sonde "ju', 'sonde "jump.example" '),
    ('sonde --sim ~/ho', 'sonde --sim ~/home.net '),
    ('sonde --sim=ne', 'sonde --sim=nets/'),
    ('sonde @offi', 'sonde @office '),
    ('sonde -q 3 @off-', 'sonde -q 3 @off-site '),
    ('sonde @office comple', 'sonde @office completion '),
    ('sonde 2001:d', 'sonde 2001:db8::7 '),
    ('sonde 2001:db8::', 'sonde 2001:db8::7 '),
    ('sonde explain target-s', 'sonde explain target-silent '),
    ('sonde explain icmp admin-p', 'sonde explain icmp admin-prohibited '),
    ('sonde -6 --ipv', 'sonde -6 --ipv'),
    ('traceroute --mod', 'traceroute --module '),
    ('traceroute --module=udpl', 'traceroute --module=udplite '),
    ('traceroute -T -O sack,win', 'traceroute -T -O sack,window_scaling'),
    ('traceroute ju', 'traceroute jump.example '),
)
# What a second TAB lists.
LISTED = (
    ('sonde completion ', {'bash', 'zsh', 'fish'}),
    ('sonde --wire=', {'auto', 'raw', 'dgram'}),
    ('sonde @off', {'@office', '@off-site'}),
)


class Bash:
    def __init__(self, home, script, package):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(home)
            os.execvpe('bash', ['bash', '--norc', '--noprofile', '-i'],
                       {'PATH': f'{home}/bin:{os.environ["PATH"]}', 'HOME': home, 'XDG_CONFIG_HOME': home, 'SONDE_NO_SYSTEM_CONFIG': '1',
                        'TERM': 'dumb', 'LC_ALL': 'C.UTF-8'})
        self.text = ''
        setup = pathlib.Path(home, 'setup')
        called = pathlib.Path(script).parent / 'traceroute/traceroute.bash'
        setup.write_text((f'. {PACKAGE}\n' if package else '') + f'. {script}\n. {called}\n' + SETUP)
        self.send('. ./setup\n')
        self.until('<ready>')

    def send(self, text):
        os.write(self.fd, text.encode())

    def until(self, wanted):
        while not (match := re.search(wanted, self.text)):
            part = os.read(self.fd, 4096)
            assert part, f'{wanted!r} never came: {self.text!r}'
            self.text += part.decode()
        return match

    def press(self, keys):
        """The line as readline has it afterwards, and what was written meanwhile."""
        self.text = ''
        self.send(KILL + keys + SHOW)
        match = self.until(r'\r?\n<(.*)\|(\d+)>\r?\n')
        return match[1], self.text[:match.start()]

    def end(self):
        self.send(KILL + 'exit\n')
        try:
            while os.read(self.fd, 4096):
                pass
        except OSError:
            pass
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def check(home, script, package):
    bash = Bash(home, script, package)
    wrong = []
    for typed, expected in COMPLETED:
        line, _ = bash.press(typed + TAB)
        if line != expected:
            wrong.append(f'{typed!r}: {line!r} instead of {expected!r}')
    for typed, expected in LISTED:
        _, text = bash.press(typed + TAB + TAB)
        if not expected <= set(text.split()):
            wrong.append(f'{typed!r}: {text!r} does not list {sorted(expected)}')
    bash.end()
    return wrong


def furnish(home, sonde):
    for name in ('home.net', 'my own.net', 'run.pcap', 'notes.txt'):
        pathlib.Path(home, name).touch()
    for name in ('.ssh', 'bin', 'nets', 'sonde'):
        pathlib.Path(home, name).mkdir()
    pathlib.Path(home, 'bin/sonde').symlink_to(os.path.abspath(sonde))
    pathlib.Path(home, '.ssh/known_hosts').write_text('jump.example ssh-ed25519 AAAA\n')
    pathlib.Path(home, 'sonde/config').write_text('queries = 3\n[office]\nmethod = tcp:443\n[off-site]\nqueries = 2\n')


def main(script, sonde):
    asked = PACKAGE.exists() or 'SONDE_BASH_COMPLETION' in os.environ
    assert PACKAGE.exists() or not asked, f'{PACKAGE} is not there'
    modes = [('without the package', False)] + ([('with the package', True)] if asked else [])
    print(f'1..{len(modes)}')
    failed = 0
    for number, (title, package) in enumerate(modes, 1):
        with tempfile.TemporaryDirectory() as home:
            furnish(home, sonde)
            wrong = check(home, os.path.abspath(script), package)
        failed += bool(wrong)
        print(f'{"not ok" if wrong else "ok"} {number} - TAB in bash {title}')
        for line in wrong:
            print(f'# {line}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
