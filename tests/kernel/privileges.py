# SPDX-License-Identifier: MIT
"""What the program may do, looked at from outside while it runs: /proc/PID/status after its first row, which is after the first packet
that it received."""
import functools
import subprocess

import faults
import lab

ROW_BOUND_S = 20.0
SETS = ('CapInh', 'CapPrm', 'CapEff', 'CapAmb')
NET_RAW = 13


def status_of(pid):
    with open(f'/proc/{pid}/status', encoding='ascii', errors='replace') as file:
        return dict(line.rstrip('\n').split(':\t', 1) for line in file if ':\t' in line)


def while_it_runs(context, chain, uid, capability):
    """The status of a trace to a silent host, taken when the first row stands (on a pipe it is written when it is settled)."""
    command = [context.sonde.copy(capability), '-n', '--wire', 'raw', '-M', 'udp', chain.target(4)]
    with subprocess.Popen(chain.command(chain.client, command, uid), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, cwd='/') as running:
        try:
            lines = []
            while not any(address in line for line in lines for address in chain.hops(4)[:1]) or len(lines) < 2:
                line = running.stdout.readline()
                assert line, f'it ended before its first row: {lines} {running.stderr.read()}'
                lines.append(line)
            return status_of(running.pid)
        finally:
            running.kill()


def gave_up(context, uid, capability):
    with lab.Lab(faults.ROUTERS) as chain:
        chain.nft(chain.host, *faults.HOST_SILENT)
        status = while_it_runs(context, chain, uid, capability)
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
