#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What routers say beside their ICMP errors, through this machine's kernel: `sonde sim` puts simulated routers behind a TUN device, and the
program must show the same on raw and on ordinary sockets, of each method and family; Debian's traceroute reads the label stacks, too.
Prints TAP; skips as a whole, with the reason, where namespaces cannot be had:  sim_extensions.py SONDE [FILTER]"""
import functools
import pathlib
import re
import subprocess
import sys
import tempfile

import sim_judge

BOUND_S = 60
DEEP = 40
# Of each router its attributes, and the lines that must stand below its row.
ROUTERS = [
    ('mpls=24001/0/1,16/5/254', ['[MPLS: label 24001 TC 0 TTL 1, label 16 TC 5 TTL 254 bottom]']),
    ('interface-info=in,index=12,address=192.0.2.1,name=xe-0/0/1,mtu=9000 interface-info=next-hop,address=2001:db8::1',
     ['[interface in: "xe-0/0/1", index 12, 192.0.2.1, MTU 9000]', '[next hop: 2001:db8::1]']),
    ('node-id=name=core1.example,address=198.51.100.9 ext-length=off', ['[node: "core1.example", 198.51.100.9]']),
    ('mpls=' + ','.join(map(str, range(100, 100 + DEEP))),
     ['[MPLS: ' + ', '.join(f'label {label} TC 0 TTL 1' for label in range(100, 100 + DEEP)) + ' bottom]']),
    ('mpls=24002 ext-fault=checksum quote=8', []),
    ('mpls=24003 ext-fault=overrun', ['[malformed extension class 1 type 1: 05dc3101]']),
    ('pointer=48 ext-raw=0008f70901020304 quote=8 ext-fault=no-checksum', ['[pointer: byte 48]', '[extension class 247 type 9: 01020304]']),
    ('', []),
    ('mpls=24004 ext-fault=checksum quote=8 ext-length=off', []),
    ('node-id=name=a%1b[2J%22 quote=full', ['[node: "a\\x1b[2J\\""]']),
]
METHODS = {'icmp': ['-I'], 'udp': ['-U'], 'udp-classic': ['-M', 'udp-classic'], 'tcp': ['-T']}
HOST = 'mpls=7'  # of the target an error comes only where a UDP port is closed
OF_HOST = ['[MPLS: label 7 TC 0 TTL 1 bottom]']


# Of each router objects that traceroute shows byte by byte; sonde keeps the bytes of classes that it does not know.
RAW = ['ext-raw=0008f70901020304', 'ext-raw=0010f709010203040506070800000000 mpls=24001/0/1,16/5/254 ext-raw=0004f801',
       'ext-raw=0054f901' + ''.join(f'{number:08x}' for number in range(20)), 'ext-raw=0008fa01ffffffff ext-raw=0008fa02000000ff']


def network_of(routers, host=''):
    """A chain of these routers, and the host behind it."""
    names = ['me', *(f'r{number}' for number in range(1, len(routers) + 1)), 'web']
    lines = ['observer me', *(f'router r{number} {words}' for number, words in enumerate(routers, 1)), f'host web {host}']
    lines += [f'link {near} {far} 10.0.{at}.1/24 10.0.{at}.2/24 2001:db8:{at}::1/64 2001:db8:{at}::2/64'
              for at, (near, far) in enumerate(zip(names, names[1:]))]
    return '\n'.join(lines) + '\n'


def inside(sonde, *command, network=network_of([words for words, _ in ROUTERS], HOST)):
    with tempfile.NamedTemporaryFile('w', suffix='.net') as net:
        net.write(network)
        net.flush()
        return subprocess.run([sonde, 'sim', net.name, '--', *command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=BOUND_S, check=False)


def below_rows(text):
    """{hop: the lines below its row}."""
    rows, hop = {}, None
    for line in text.splitlines():
        match = re.match(r'^ *(\d+)  \S', line)
        if match:
            hop = int(match[1])
            rows[hop] = []
        elif line.startswith('     ['):
            rows[hop].append(line.strip())
    return rows


def shown(method, family, wire, sonde):
    wanted = {hop: lines for hop, (_, lines) in enumerate(ROUTERS, 1)}
    wanted[len(ROUTERS) + 1] = OF_HOST if method.startswith('udp') else []
    run = inside(sonde, sonde, '-n', f'-{family}', '--wire', wire, '-q', '2', *METHODS[method], 'web')
    assert run.returncode == 0, f'status {run.returncode}\n{run.stdout}{run.stderr}'
    seen = below_rows(run.stdout)
    for hop, lines in wanted.items():
        assert seen.get(hop) == lines, f'hop {hop}: wanted {lines}\nseen {seen.get(hop)}\n{run.stdout}{run.stderr}'


def traceroute(sonde):
    """<MPLS:L=24001,E=0,S=0,T=1/…>: the IPv4 half alone knows extensions of ordinary length."""
    run = inside(sonde, 'traceroute', '-4', '-n', '-e', '-I', '-q', '1', '-w', '2', 'web')
    assert run.returncode == 0, run.stdout + run.stderr
    rows = run.stdout.splitlines()[1:]
    assert '<MPLS:L=24001,E=0,S=0,T=1/L=16,E=5,S=1,T=254>' in rows[0], run.stdout
    assert rows[3].count('L=') == DEEP and f'L={99 + DEEP},E=0,S=1,T=1>' in rows[3], run.stdout
    assert '24002' not in rows[4], run.stdout


def called_traceroute(sonde):
    """-e of the two programs, but for the times."""
    with tempfile.TemporaryDirectory() as folder:
        link = pathlib.Path(folder) / 'traceroute'
        link.symlink_to(sonde)
        runs = [inside(sonde, str(program), '-n', '-e', '-q', '1', '-w', '2', f'10.0.{len(RAW)}.2', network=network_of(RAW))
                for program in ('traceroute', link)]
    theirs, ours = ([re.sub(r'\d+\.\d{3} ms', 'T', row) for row in run.stdout.splitlines()] for run in runs)
    assert theirs == ours and '<250/1:ffffffff;250/2:000000ff>' in ours[4], f'theirs {theirs}\nours   {ours}'


SCENARIOS = [(f'{method} over IPv{family}, {wire} wire', functools.partial(shown, method, family, wire))
             for method in METHODS for family in (4, 6) for wire in ('raw', 'dgram')]
SCENARIOS.append(("Debian's traceroute reads the same stacks", traceroute))
SCENARIOS.append(('called as traceroute it shows other objects as that does', called_traceroute))


if __name__ == '__main__':
    sim_judge.SCENARIOS[:] = SCENARIOS
    sys.exit(sim_judge.main(str(pathlib.Path(sys.argv[1]).resolve()), *sys.argv[2:]))
