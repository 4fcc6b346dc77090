#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the captures of this folder again: Debian's path mappers, each in a network of its own (a simulated one of docs/examples, or
real Linux routers in namespaces), with tcpdump or dumpcap beside it. NAME.pcap holds the packets, NAME.txt what the tool itself printed.
  make.py SONDE [FILTER]      needs root; no packet leaves this machine"""
import pathlib
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
sys.path.insert(0, str(TOP / 'tests/kernel'))
BOUND_S = 120

SIM = {4: '192.0.2.80', 6: '2001:db8:80::80'}
LAB_ROUTERS = 5
# Who listens: program, and how the frames are wrapped.
RAW = ('tcpdump', '-i', 'sim0', '-y', 'RAW')
NANO = ('tcpdump', '-i', 'sim0', '--time-stamp-precision=nano')
COOKED = ('tcpdump', '-i', 'any', '-y', 'LINUX_SLL')
COOKED2 = ('tcpdump', '-i', 'any', '-y', 'LINUX_SLL2')
SNAP = ('tcpdump', '-i', 'sim0', '-s', '128')  # its probes are 1500 bytes long: cut
NG = ('dumpcap', '-i', 'sim0')
ETHERNET = ('tcpdump',)

# name, who listens, the tool's command; {} is the target, -N its family.
TOOLS = (
    ('traceroute', RAW, 'traceroute -n -N {}'),
    ('traceroute-I', COOKED, 'traceroute -n -N -I {}'),
    ('traceroute-U', COOKED2, 'traceroute -n -N -U {}'),
    ('traceroute-T', NG, 'traceroute -n -N -T {}'),
    ('traceroute-eth', ETHERNET, 'traceroute -n -N {}'),
    ('traceroute-T-eth', ETHERNET, 'traceroute -n -N -T -p 9 {}'),
    ('traceroute-firewall', RAW, 'traceroute -n -N -w 1 -m 12 {}'),
    ('mtr', NANO, 'mtr -n -N -r -c 3 {}'),
    ('mtr-u', RAW, 'mtr -n -N -r -c 3 -u {}'),
    ('mtr-T', COOKED, 'mtr -n -N -r -c 3 -T -P 80 {}'),
    ('mtr-eth', ETHERNET, 'mtr -n -N -r -c 3 {}'),
    ('scamper', ETHERNET, 'scamper -I "trace -P udp-paris {}"'),
    ('scamper-udp', COOKED2, 'scamper -I "trace -P udp {}"'),
    ('scamper-icmp', RAW, 'scamper -I "trace -P icmp-paris {}"'),
    ('scamper-tcp', ETHERNET, 'scamper -I "trace -P tcp -d 9 {}"'),
    ('tracepath', SNAP, 'tracepath -n -N {}'),
    ('tracepath-eth', ETHERNET, 'tracepath -n -N {}'),
    ('nmap-icmp', ETHERNET, 'nmap -n -N -sn -PE --traceroute {}'),
    ('nmap-tcp', ETHERNET, 'nmap -n -N -Pn -p 9 --traceroute {}'),
)


def listened(listener, command, start):
    """Runs a shell command while the listener writes; what it printed."""
    path, *options = listener[0]
    ready = 'listening on' if path == 'tcpdump' else 'File:'
    # each frame takes a snap length of the kernel's buffer, however short it is
    write = ['--immediate-mode', '-B', '16384', '-s', '2000', '-U', '-Z', 'root', '-w'] if path == 'tcpdump' else ['-q', '-w']
    process = start([path, *write, listener[1], *options], stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if ready in line:
            break
    run = start(['sh', '-c', command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    out, _ = run.communicate(timeout=BOUND_S)
    # dumpcap is handed the kernel's buffer once a second
    time.sleep(1.5 if path == 'dumpcap' else 0.2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=BOUND_S)
    return out


def keep(name, out):
    (HERE / f'{name}.txt').write_text(out)
    (HERE / f'{name}.pcap').chmod(0o644)


def in_sim(name, family, listener, command):
    """The part of a case that runs inside the simulated network: this very script, started there."""
    out = listened((listener, str(HERE / f'{name}.pcap')), command.replace('{}', SIM[family]), subprocess.Popen)
    keep(name, out)


def in_lab(name, family, listener, command):
    import lab
    with lab.Lab(LAB_ROUTERS) as chain:
        device = chain.interfaces(chain.client)[0]

        def start(words, **options):
            return subprocess.Popen(chain.command(chain.client, words), **options)
        out = listened(([*listener, '-i', device], str(HERE / f'{name}.pcap')), command.replace('{}', chain.target(family)), start)
    keep(name, out)


def cases():
    for name, listener, command in TOOLS:
        for family in (4,) if 'firewall' in name else (4, 6):
            words = command.replace('-N', f'-{family}')
            if name.startswith('nmap'):
                words = words.replace('-4 ', '')
            yield f'{name}-{family}', family, listener, words


def main(sonde, wanted=''):
    for name, family, listener, command in cases():
        if wanted not in name:
            continue
        print(name, flush=True)
        if listener == ETHERNET:
            in_lab(name, family, listener, command)
        else:
            net = 'firewall' if 'firewall' in name else 'home'
            subprocess.run([sonde, 'sim', str(TOP / f'docs/examples/{net}.net'), '--', sys.executable, __file__, '--inside', name],
                           check=True, timeout=BOUND_S)


if __name__ == '__main__':
    if sys.argv[1] == '--inside':
        in_sim(*next(case for case in cases() if case[0] == sys.argv[2]))
    else:
        main(*sys.argv[1:])
