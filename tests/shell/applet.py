#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""sonde called as traceroute, by a link: each option of traceroute 2.1.2 works in a simulated network, or ends with one line that names it
and status 2. The options are those below; where the manual of Debian's traceroute is there, the two lists are held against each other.
Prints TAP.
  applet.py SONDE"""
import gzip
import pathlib
import re
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
MANUAL = pathlib.Path('/usr/share/man/man1/traceroute.db.1.gz')
CHAIN, HOME, LABELS, FIREWALL = 'tests/golden/chain.net', 'docs/examples/home.net', 'docs/examples/labels.net', 'docs/examples/firewall.net'
LONGER = 'tests/golden/longer-return.net'
ROW = r'(?m)^ *{hop}  .*$'

# (what of the manual it shows, arguments, network, what must stand in the output)
WORKS = [
    ('', 'web', CHAIN,
     r'\Atraceroute to web \(192\.0\.2\.80\), 30 hops max, 60 byte packets\n 1  10\.0\.0\.1 \(10\.0\.0\.1\)  2\.000 ms  '),
    ('-4', '-4 web', HOME, r'^traceroute to web \(192\.0\.2\.80\)'),
    ('-6', '-6 web', HOME, r'^traceroute to web \(2001:db8:80::80\), 30 hops max, 80 byte packets'),
    ('-I --icmp', '-I web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 .* ms$'),
    ('-I --icmp', '--icmp web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 .* ms$'),
    # the port that only TCP gets through to
    ('-T --tcp -p --port', '-T -p 443 web', FIREWALL, r'(?m)^ \d+  192\.0\.2\.80 '),
    ('--port', '--tcp --port=443 web', FIREWALL, r'(?m)^ \d+  192\.0\.2\.80 '),
    ('-U --udp', '-U web', CHAIN, r'(?m) 70 byte packets$(?s:.*)^ 5  192\.0\.2\.80 '),  # a question to the name server's port …
    ('-U --udp', '--udp -p domain web', LABELS, r'(?m) 70 byte packets$(?s:.*)^ 5  192\.0\.2\.80 .* ms$'),  # … has an answer
    ('-U --udp', '--udp -p 123 web', CHAIN, r' 60 byte packets'),
    ('-U --udp', '-U web 60', CHAIN, r' 60 byte packets'),
    ('-U -p', '-U -p 443 web 100', CHAIN, r' 100 byte packets'),
    ('-p', '-p 53 web', CHAIN, r' 60 byte packets'),
    ('-p', '-p 0 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 .* ms$'),
    ('-p', '-T -p 0 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('-UL', '-UL web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 .*!P'),
    ('-D --dccp', '-D web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 .*!P'),
    ('--dccp', '--dccp web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 .*!P'),
    ('-P --protocol', '-P 47 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 .*!P'),
    ('--protocol', '--protocol=gre web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 .*!P'),
    ('-F --dont-fragment', '-F web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('--dont-fragment', '--dont-fragment web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('-f --first', '-f 3 web', CHAIN, r'packets\n 3  10\.0\.2\.2 '),
    ('--first', '--first=3 web', CHAIN, r'packets\n 3  10\.0\.2\.2 '),
    ('-m --max-hops', '-m 2 web', CHAIN, r', 2 hops max, (?s:.*)\n 2  .*\n\Z'),
    ('--max-hops', '--max-hops=2 web', CHAIN, r', 2 hops max, '),
    ('-N --sim-queries', '-N 1 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('-N', '-N 0 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('--sim-queries', '--sim-queries=4 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('-n', '-n web', CHAIN, r'\n 1  10\.0\.0\.1  2\.000 ms'),
    ('-t --tos', '-t 16 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('--tos', '--tos=0x10 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('-l --flowlabel', '-6 -l 77 web', HOME, r'(?m)^ 8  www\.example\.org \(2001:db8:80::80\) '),
    ('--flowlabel', '-6 --flowlabel=77 web', HOME, r'(?m)^ 8  www\.example\.org \(2001:db8:80::80\) '),
    ('-d --debug', '-d web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('--debug', '--debug web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('-l', '-l 77 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),  # IPv4 has none
    ('-w', '-w 1,2,3 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('-w', '-w 5/0 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('-w', '-w 0 web', CHAIN, r'(?m)^ 1  10\.0\.0\.1 '),
    ('-w --wait', '-w 0.5 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('-w --wait', '-w 2.5,3,10 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('--wait', '--wait=2/3.0/10.0 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('-q --queries', '-q 5 -n web', CHAIN, r'\n 1  10\.0\.0\.1(  2\.000 ms){5}\n'),
    ('--queries', '--queries=1 -n web', CHAIN, r'\n 1  10\.0\.0\.1  2\.000 ms\n'),
    ('-s --source', '-s 10.0.0.2 web', CHAIN, None),
    ('--source', '--source=10.0.0.2 web', CHAIN, None),
    ('-i --interface', '-i sim0 web', CHAIN, None),
    ('--interface', '--interface=sim0 web', CHAIN, None),
    ('-z --sendwait', '-z 0.1 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('--sendwait', '--sendwait=20 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('-e --extensions', '-e -n web', LABELS, r'(?m)^ 3  10\.0\.1\.2 <MPLS:L=24001,E=0,S=0,T=1/L=16,E=0,S=1,T=1>  13\.000 ms'),
    ('--extensions', '--extensions -n web', LABELS, r'<MPLS:L=24001'),
    ('-M --module', '-M default web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('--module', '--module=icmp web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('M:tcp', '-M tcp -p 443 web', FIREWALL, r'(?m)^ \d+  192\.0\.2\.80 '),
    ('M:udp', '-M udp -p 443 web', CHAIN, r' 60 byte packets'),
    ('M:udplite', '-M udplite web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 .*!P'),
    ('M:dccp', '-M dccp web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 .*!P'),
    ('M:raw O:protocol', '-M raw -O protocol=47 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 .*!P'),
    ('M:default M:icmp', '-M icmp web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('O:syn O:sysctl', '-T -p 443 -O syn,sysctl web', FIREWALL, r'(?m)^ \d+  192\.0\.2\.80 '),
    ('O:ack', '-T -p 443 -O ack web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('O:sack O:timestamps O:window_scaling O:mss', '-T -p 443 -O sack,timestamps,window_scaling,mss=900 web', FIREWALL,
     r'(?m)^ \d+  192\.0\.2\.80 '),
    *(('', f'-T -O {names} web', CHAIN, rf' {size} byte packets') for names, size in (
        ('syn', 44), ('ack', 40), ('ack,timestamps', 52), ('sack', 48), ('timestamps', 56), ('window_scaling', 48), ('mss=900', 60),
        ('sack,window_scaling', 52), ('sack,mss=900', 48), ('sysctl,sack', 60), ('syn,mss=900', 44))),
    ('', '-T -O mss=900 -O sack web', CHAIN, r' 48 byte packets'),
    ('-O --options', '-T -O help', None, r'(?m)^  mss=N +works$'),
    ('--options', '--icmp --options=help', None, r'(?m)^  dgram +works$'),
    ('--sport', '--sport=0 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('--fwmark', '--fwmark=0 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('--sport', '--sport=4321 web', CHAIN, r'(?m)^ 5  192\.0\.2\.80 '),
    ('--fwmark', '--fwmark=7 web', CHAIN, None),
    ('--back', '--back -n web', LONGER, r"(?m)^ 3  10\.1\.1\.1 '-5'  32\.000 ms"),
    ('-V --version', '-V', None, r'^sonde [\d.]+, called as traceroute\n$'),
    ('--version', '--version', None, r'^sonde [\d.]+, called as traceroute\n$'),
    ('--help', '--help', None, r'^Usage: traceroute '),
    ('', '', None, r'^Usage: traceroute '),
    ('', 'web 500', CHAIN, r'500 byte packets'),
    ('', '-I web 1', CHAIN, r' (2[89]|3\d|4\d) byte packets'),  # grows to what a probe needs
    ('', '-nI -q1 -f5 web', CHAIN, r'packets\n 5  192\.0\.2\.80  17\.000 ms\n\Z'),  # as it is mostly typed
]
# (what of the manual it shows, arguments, what the line names)
REFUSED = [
    ('-g --gateway', '-g 10.0.0.1 web', '-g'), ('--gateway', '--gateway=10.0.0.1 web', '-g'),
    ('-r', '-r web', '-r'),
    # they ask name servers, and a network of a file has none
    ('-A --as-path-lookups', '-A web', 'option -A'), ('--as-path-lookups', '--as-path-lookups web', 'option -A'),
    ('--mtu', '--mtu web', '--mtu'), ('M:tcpconn', '-M tcpconn web', 'tcpconn'), ('', '-M nothing web', 'nothing'),
    ('-w', '-w -1 web', '-w'), ('-w', '-w 1,,3 web', '-w'), ('-w', '-w 1,-2,3 web', '-w'),
    ('-w', '-w 1,3,10,4 web', '-w'), ('-w', '-w soon web', 'soon'),
    *((f'O:{name}', f'-T -O {name} web', f'-O {name}') for name in ('fin', 'rst', 'psh', 'urg', 'ece', 'cwr', 'ecn', 'info')),
    ('O:flags', '-T -O flags=2 web', '-O flags'), ('O:coverage', '-UL -O coverage=8 web', '-O coverage'),
    ('O:service', '-D -O service=1 web', '-O service'), ('', '-T -O blah web', '-O blah'), ('', '-T -O mss web', '-O mss'),
    ('-p', '-I -p 5 web', '-p'), ('', '-Q web', '-Q'), ('', '--nothing web', '--nothing'), ('', '-f', "'-f'"), ('', '-n', 'HOST'),
    ('', '-nf', "'-f'"),
    ('', 'web 60 60', '60'), ('', '-f 0 web', 'option -f:'), ('', '-m 256 web', 'option -m:'), ('', 'web 70000', 'PACKET-LENGTH'),
    ('', 'web abc', 'PACKET-LENGTH'), ('', '-f 9 -m 3 web', '-f 9 is behind -m 3'), ('', '-l 99999999 -6 web', 'option -l:'),
    ('', '--fwmark=abc web', 'option --fwmark:'), ('', '--sport=70000 web', 'option --sport:'), ('', '-T -O mss=99999 web', 'option -O:'),
    ('', '-T -O syn,ack web', 'syn,ack'), ('', '-p 70000 web', '70000'), ('', '-P 300 web', '300'), ('', '-P 17 web', '-M udp'),
    ('', 'nowhere', 'nowhere'), ('', '-4 -6 web', '-4 and -6'), ('', '-I --sport=9 web', 'option --sport:'), ('', '-Q\x1b[31m web', "'-Q'"),
    ('', 'web -n\x1b[31m', "'-\\x1b'"), ('', '--force web', "'--force'"), ('', '--tcp=no web', "'--tcp'"),
]
# (arguments, what the line says): what cannot be done, status 1
FAILS = [('-s 192.0.2.99 web', '192.0.2.99'), ('-i eth9 web', 'eth9'), ('224.0.0.1', "'224.0.0.1' is a multicast address"),
         ('0.0.0.0', "'0.0.0.0' is no address"), ('-6 ff02::1', "'ff02::1' is a multicast address")]
WIRES = ('raw', 'dgram')  # -O of icmp: what they choose is no network of a file


def manual_names():
    """The options of the manual, methods as M:NAME and their options as O:NAME."""
    section, tag, names = '', False, set()
    for line in gzip.decompress(MANUAL.read_bytes()).decode().splitlines():
        text = re.sub(r'\\f.|\\ ', '', line).replace('\\-', '-').replace('"', ' ')
        if line.startswith('.SH'):
            section = line[4:]
        elif section == 'LIST OF AVAILABLE METHODS' and line.startswith('.SS'):
            names.add(f'M:{text.split()[1]}')
        elif section == 'OPTIONS' and tag:
            names.update(re.findall(r'(?<![\w-])--?[A-Za-z0-9][\w-]*', text))
        elif section == 'LIST OF AVAILABLE METHODS' and tag:
            names.update(f'O:{name.split("=")[0]}' for name in text.split(' ', 1)[1].split(','))
        tag = line.startswith('.TP')
    return names


class Checks:
    def __init__(self, link):
        self.link, self.count, self.bad = link, 0, 0

    def say(self, good, title, *lines):
        self.count += 1
        self.bad += not good
        print(f'{"ok" if good else "not ok"} {self.count} - {title}')
        for line in () if good else lines:
            print(*(f'# {part}' for part in str(line).splitlines()), sep='\n')

    def run(self, arguments, network):
        command = [str(self.link), *(['--sim', network] if network else []), *arguments.split()]
        return subprocess.run(command, cwd=TOP, capture_output=True, text=True, timeout=60, check=False,
                              env={'LC_ALL': 'C.UTF-8', 'PATH': '/usr/bin:/bin'})


def unknown_options(line, help_text):
    """The options that a line names, apart from what was typed and from commands, both in quotes, which are not in the help."""
    named = re.findall(r'(?<![\w-])--?[A-Za-z][\w-]*', re.sub(r"'[^']*'", '', line))
    return [option for option in named if not re.search(rf'(?m)(^|[ ,]){re.escape(option)}($|[ ,=])', help_text)]


def main(sonde):
    shown = {name for row in (*WORKS, *REFUSED) for name in row[0].split()} | {f'O:{wire}' for wire in WIRES}
    with tempfile.TemporaryDirectory() as folder:
        checks = Checks(pathlib.Path(folder) / 'traceroute')
        checks.link.symlink_to(sonde)
        for _, arguments, network, wanted in WORKS:
            run = checks.run(arguments, network)
            good = run.returncode == 0 and not run.stderr and re.search(wanted or 'traceroute to web', run.stdout)
            checks.say(good, f'traceroute {arguments}', f'status {run.returncode}', run.stdout, run.stderr)
        help_text = checks.run('--help', None).stdout
        lines = help_text.splitlines()
        checks.say(help_text.isascii() and max(map(len, lines)) <= 80, 'the help has 80 columns of ASCII', help_text)
        for status, rows in ((2, [row[1:] for row in REFUSED]), (1, FAILS)):
            for arguments, named in rows:
                run = checks.run(arguments, CHAIN)
                good = run.returncode == status and not run.stdout and run.stderr.count('\n') == 1 and named in run.stderr
                unknown = unknown_options(run.stderr, help_text)
                checks.say(good and not unknown, f'traceroute {arguments!r}: a line and status {status}', f'status {run.returncode}',
                           f'none of its options: {unknown}', run.stdout, run.stderr)
        six = checks.link.with_name('traceroute6')
        six.symlink_to(sonde)
        run = subprocess.run([six, '--sim', HOME, 'web'], cwd=TOP, capture_output=True, text=True, timeout=60, check=False)
        checks.say('(2001:db8:80::80)' in run.stdout, 'traceroute6 is traceroute -6', run.stdout, run.stderr)
        run = checks.run('-m 3 web', FIREWALL)
        checks.say(run.returncode == 0, 'status 0 where the target is not reached', run.stdout, run.stderr)
        if MANUAL.exists():
            missing = manual_names() - shown
            checks.say(not missing, f'each of the {len(manual_names())} options of the manual is in this list', sorted(missing))
            unhelped = [name for name in manual_names() if name.startswith('-') and name.replace('-UL', '--UL') not in help_text]
            checks.say(len(manual_names()) > 70 and not unhelped, 'and in the help', sorted(unhelped))
        else:
            for title in ('each option of the manual is in this list', 'and in the help'):
                checks.say(True, f'{title} # SKIP there is no {MANUAL}: apt-get install traceroute')
        print(f'1..{checks.count}')
    return 1 if checks.bad else 0


if __name__ == '__main__':
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
