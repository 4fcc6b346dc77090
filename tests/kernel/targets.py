# SPDX-License-Identifier: MIT
"""--targets through real routers: a list longer than there are descriptors, on both wires, by methods with ports and without."""
import functools
import pathlib
import re

import lab

ROUTERS, HOSTS, DESCRIPTORS, AT_ONCE = 3, 100, 64, 6


def long_list(context, family, method, wire):
    """Each of 100 targets is an address of the chain; ports of ended traces are used again, so that 64 descriptors do."""
    uid = lab.NOBODY if wire == 'dgram' else None
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        hops = chain.hops(family)
        path = pathlib.Path(context.sonde.copy()).parent / f'list-{family}'
        path.write_text('# hosts\n' + ''.join(f'{hops[i % len(hops)]}\n' for i in range(HOSTS)))
        run = chain.run(chain.client, ['prlimit', f'--nofile={DESCRIPTORS}', context.sonde.copy(), '--no-config', '-n', '-q', '1',
                                       '--no-wait', '--wire', wire, '-M', method, '--parallel', str(AT_ONCE), '--targets', str(path)], uid)
        assert run.returncode == 0, f'status {run.returncode}\n{run.stdout[-1000:]}{run.stderr[-1000:]}'
        targets = re.findall(r'^sonde to ([^ ,]+),', run.stdout, re.M)
        assert targets == [hops[i % len(hops)] for i in range(HOSTS)], targets
        reached = len(re.findall(r'^Reached ', run.stdout, re.M))
        assert reached == HOSTS, f'{reached} reached\n{run.stdout[-1000:]}'


SCENARIOS = [(f'100 hosts with 64 descriptors, IPv{family}, {method}, {wire} wire',
              functools.partial(long_list, family=family, method=method, wire=wire))
             for family in (4, 6) for wire, methods in (('raw', ('icmp', 'udp', 'tcp')), ('dgram', ('icmp', 'udp'))) for method in methods]
