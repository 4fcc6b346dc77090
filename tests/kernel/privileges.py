# SPDX-License-Identifier: MIT
"""What the program may do, looked at from outside while it runs: /proc/PID/status after its first row, which is after the first packet
that it received."""
import functools

import faults
import lab

SETS = ('CapInh', 'CapPrm', 'CapEff', 'CapAmb')


def status_of(pid):
    with open(f'/proc/{pid}/status', encoding='ascii', errors='replace') as file:
        return dict(line.rstrip('\n').split(':\t', 1) for line in file if ':\t' in line)


def gave_up(context, uid, capability):
    with lab.Lab(faults.ROUTERS) as chain:
        chain.nft(chain.host, *faults.HOST_SILENT)
        arguments = ('--wire', 'raw', '-M', 'udp', chain.target(4))
        with context.sonde.running(chain, *arguments, uid=uid, capability=capability) as (process, _):
            status = status_of(process.pid)
    held = {name: int(status[name], 16) for name in SETS}
    assert status['Name'].strip().startswith('sonde'), f'not our program: {status["Name"]}'
    assert not any(held.values()), f'capabilities are left: {held}'
    assert status['NoNewPrivs'].strip() == '1', 'it could get new privileges'
    if uid is not None:
        assert set(status['Uid'].split()) == {str(uid)}, f'another user: {status["Uid"]}'


SCENARIOS = [
    ('with a file capability all is given up', functools.partial(gave_up, uid=lab.NOBODY, capability='cap_net_raw')),
    ('as root all capabilities are given up', functools.partial(gave_up, uid=None, capability=None)),
]
