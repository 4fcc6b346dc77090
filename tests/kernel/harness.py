# SPDX-License-Identifier: MIT
"""The lab judged by programs that know nothing of us: Debian's traceroute has to see exactly the chain that we claim to have built,
and the faults that other groups rely on. And: whatever ends the process takes every namespace away."""
import pathlib
import re
import signal
import subprocess
import sys
import time

import lab

LENGTHS = (1, 8, 20)
PROBES = {'icmp': '-I', 'udp': '-U', 'tcp': '-T'}
ROW = re.compile(r'^\s*(\d+)\s+(\S+)(.*)$')
GONE_BOUND_S = 20.0


def traceroute(chain, family, *options, target=None):
    """[(address, what stands behind it)] of each hop, as Debian's traceroute sees them."""
    run = chain.run(chain.client, ['traceroute', '-n', '-q', '1', '-w', '2', *options, target or chain.target(family)])
    assert run.returncode == 0, f'traceroute: {run.stderr}'
    return [(match[2], match[3].split()) for match in map(ROW.match, run.stdout.splitlines()[1:]) if match]


def judged(routers, family, method):
    def scenario(context):
        chain = context.chain(routers)
        seen = [address for address, _ in traceroute(chain, family, PROBES[method])]
        assert seen == chain.hops(family), f'wanted {chain.hops(family)}\nseen   {seen}'
    return f'traceroute sees {routers} routers, IPv{family} {method}', scenario


def with_offload(_context):
    with lab.Lab(3, offload=True) as chain:
        for family in (4, 6):
            seen = [address for address, _ in traceroute(chain, family, '-I')]
            assert seen == chain.hops(family), f'wanted {chain.hops(family)}\nseen   {seen}'


def silent_router(_context):
    with lab.Lab(3) as chain:
        chain.nft(2, 'output: icmp type time-exceeded drop', 'output: icmpv6 type time-exceeded drop')
        for family in (4, 6):
            seen = [address for address, _ in traceroute(chain, family, '-I')]
            wanted = chain.hops(family)
            wanted[1] = '*'
            assert seen == wanted, f'wanted {wanted}\nseen   {seen}'


def prohibiting_router(_context):
    with lab.Lab(3) as chain:
        chain.nft(2, 'forward: reject with icmpx type admin-prohibited')
        for family in (4, 6):
            seen = traceroute(chain, family, '-I')
            assert seen[2][0] == chain.hops(family)[1] and '!X' in seen[2][1], f'!X of router 2 wanted\nseen {seen}'


def without_route(_context):
    with lab.Lab(2) as chain:
        for family, outside in ((4, '192.0.2.1'), (6, '2001:db8::1')):
            seen = traceroute(chain, family, '-I', target=outside)
            assert seen == [(chain.hops(family)[0], seen[0][1])] and '!N' in seen[0][1], f'!N of router 1 wanted\nseen {seen}'


def absent_host(_context):
    with lab.Lab(2) as chain:
        for family in (4, 6):
            seen = traceroute(chain, family, '-I', '-w', '5', '-m', '4', target=lab.address(family, 2, 77))
            assert seen[2][0] == chain.hops(family)[1] and '!H' in seen[2][1], f'!H of router 2 wanted\nseen {seen}'


def taken_away_by(number):
    """A link from a node of ours into the client of a held chain: when that namespace goes, our end of the link goes with it."""
    def scenario(_context):
        runner = pathlib.Path(__file__).with_name('run.py')
        with lab.Lab(1) as ours, subprocess.Popen([sys.executable, str(runner), '--hold', '2'], stdin=subprocess.PIPE,
                                                  stdout=subprocess.PIPE, text=True) as held:
            try:
                client = held.stdout.readline().split('--net=')[1].strip()
                while not held.stdout.readline().startswith('ready'):
                    assert held.poll() is None, 'the held chain ended too early'
                ours.ip(0, [f'link add witness type veth peer name witness netns {client}'])
                witness = ['ip', 'link', 'show', 'witness']
                assert ours.run(0, witness).returncode == 0, 'the witness link is not there'
                held.send_signal(number)
                held.wait(timeout=GONE_BOUND_S)
                bound_at_s = time.monotonic() + GONE_BOUND_S
                while ours.run(0, witness).returncode == 0:
                    assert time.monotonic() < bound_at_s, f'the namespace outlived its process by {GONE_BOUND_S} s'
            finally:
                held.kill()
    return f'{number.name} leaves no namespace behind', scenario


SCENARIOS = [judged(routers, family, method) for routers in LENGTHS for family in (4, 6) for method in PROBES] + [
    ('traceroute sees the chain with checksum offload on', with_offload),
    ('traceroute sees a silent router', silent_router),
    ('traceroute sees a router that prohibits', prohibiting_router),
    ('traceroute sees a router without a route', without_route),
    ('traceroute sees that a host is absent', absent_host),
    taken_away_by(signal.SIGTERM),
    taken_away_by(signal.SIGKILL),
]
