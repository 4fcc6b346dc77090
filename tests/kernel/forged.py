# SPDX-License-Identifier: MIT
"""Traces while a neighbour forges answers as fast as one core can, right in all but the secret (injector.c). The path is the simulator's,
behind a TUN device, so that answers take tens of milliseconds as they do elsewhere: whoever drops what comes in while nobody reads loses
them. It is known to the last address and round trip. The neighbour and this machine's own network are Linux's."""
import contextlib
import fcntl
import functools
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import tempfile
import time

import lab

ROUTERS, QUERIES = 19, 5
FIRST_DELAY_MS, DELAY_MS = 10, 3  # one way
LATE_BOUND_MS = 5.0  # the best answer of a hop; the simulator and its timers share the machine with all the rest
METHODS = ('icmp', 'udp', 'tcp')
FLOOD_S, CALM_TRACES = 20.0, 2
LONG_FLOOD_S = 60.0
RATE_LEAST = 150000
LOST_MOST = 0.01
GROWN_MOST_KIB = 1024  # some more traces are kept than in the calm; a byte a forgery would be more
FORGED_TTL = 77  # injector.c
SIOCGIFHWADDR = 0x8927
RMEM_MAX = pathlib.Path('/proc/sys/net/core/rmem_max')
SMALL_BUFFER_BYTES = 208 * 1024
KNOWN_PORT = 40000  # of udp: who knows it still knows no secret
FORGED_FROM = {4: '10.0.99.99', 6: 'fd00:0:0:63::99'}
SPAN_S = 120.0
RESETS = 'output: tcp flags & rst != 0 limit rate over 200/second drop'


def address(family, link, end):
    return f'10.7.{link}.{end}' if family == 4 else lab.spelled(6, f'fd07:0:0:{link:x}::{end}')


def path(family):
    return [address(family, link, 2) for link in range(ROUTERS + 1)]


def round_trip_ms(ttl):
    return 2 * (FIRST_DELAY_MS + DELAY_MS * (ttl - 1))


def net():
    nodes = ['me', *(f'r{number}' for number in range(ROUTERS)), 'web']
    links = [f'link {near} {far} {address(4, link, 1)}/24 {address(4, link, 2)}/24 '
             f'{address(6, link, 1)}/64 {address(6, link, 2)}/64 delay={DELAY_MS if link else FIRST_DELAY_MS}ms'
             for link, (near, far) in enumerate(zip(nodes, nodes[1:]))]
    return '\n'.join(['observer me', f'router {" ".join(nodes[1:-1])}', 'host web', *links]) + '\n'


def counters(chain):
    """Packets that the client has got from its neighbour."""
    text = chain.run(chain.client, ['cat', '/proc/net/dev']).stdout
    return next(int(line.split(':')[1].split()[1]) for line in text.splitlines() if line.strip().startswith('right:'))


def hardware_address(chain, node, device):
    with chain.inside(node), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        told = fcntl.ioctl(asked, SIOCGIFHWADDR, struct.pack('256s', device.encode()))
    return ':'.join(f'{byte:02x}' for byte in told[18:24])


@contextlib.contextmanager
def behind_simulator(context):
    """A chain whose client has the simulated path for its way out."""
    # This machine's kernel resets each forged SYN-ACK: what the way out cannot carry of that is no loss of ours.
    with lab.Lab(1) as chain, tempfile.NamedTemporaryFile('w', suffix='.net') as file:
        file.write(net())
        file.flush()
        chain.nft(chain.client, RESETS)
        # A network has no processor to share with those that use it.
        network = [context.sonde.copy(), 'sim', '--here', file.name, '--', 'sleep', str(SPAN_S)]
        command = chain.command(chain.client, ['nice', '-n', '-20', *network])
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as simulator:
            try:
                bound_at_s = time.monotonic() + lab.READY_BOUND_S
                while 'sim0' not in chain.run(chain.client, ['ip', '-6', 'route', 'show', 'default']).stdout:
                    assert simulator.poll() is None and time.monotonic() < bound_at_s, 'the simulated network did not come up'
                    time.sleep(0.02)
                yield chain
            finally:
                simulator.send_signal(signal.SIGTERM)


class Run:
    """Traces one after another by one process, watched from outside while it runs."""

    def __init__(self, context, chain, family, method, traces, low):
        self.method, self.family = method, family
        self.file = tempfile.TemporaryFile()
        port = ['--sport', str(KNOWN_PORT)] if method == 'udp' else []
        command = [context.sonde.copy('cap_net_raw' if low else None), '-n', '--no-config', '--wire', 'raw', '-M', method, '-q',
                   str(QUERIES), '--repeat', str(traces), '--interval', '1', '-o', 'ndjson', *port, path(family)[-1]]
        self.begin_s = time.monotonic()
        self.process = subprocess.Popen(chain.command(chain.client, command, lab.NOBODY if low else None), stdin=subprocess.DEVNULL,
                                        stdout=self.file, stderr=subprocess.PIPE, cwd='/')
        self.high_kib = 0

    def look(self):
        """False: it has ended."""
        if self.process.returncode is not None:
            return False
        with contextlib.suppress(OSError, IndexError, StopIteration):
            status = pathlib.Path(f'/proc/{self.process.pid}/status').read_text(encoding='ascii', errors='replace')
            if status.startswith('Name:\tsonde'):
                self.high_kib = next(int(line.split()[1]) for line in status.splitlines() if line.startswith('VmHWM:'))
        pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
        if pid == 0:
            return True
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.seconds, self.cpu_s = time.monotonic() - self.begin_s, usage.ru_utime + usage.ru_stime
        return False

    def finish(self):
        assert not self.look(), f'{self.method} has not ended'
        complaint = self.process.stderr.read().decode()
        self.process.stderr.close()
        assert self.process.returncode == 0 and not complaint, f'{self.method}: status {self.process.returncode}: {complaint}'
        self.file.seek(0)
        self.events = [json.loads(line) for line in self.file]
        self.file.close()
        return self

    def of(self, *kinds):
        return [event for event in self.events if event['event'] in kinds]

    def told(self, finding):
        return [event['finding'] for event in self.of('finding') if event['finding']['id'] == finding]

    def judge(self):
        """Every answer is one of the path's own; how many of all probes have none."""
        for event in self.events:
            answer = event.get('answer')
            assert not answer or answer['reply_ttl'] != FORGED_TTL, f'a forgery was believed: {event}'
        late_ms = {}
        for event in self.of('reply', 'late', 'duplicate'):
            ttl, answer = event['probe']['ttl'], event['answer']
            hop = min(ttl, ROUTERS + 1)
            assert answer['address'] == path(self.family)[hop - 1], f'not the address of hop {hop}: {event}'
            assert event['event'] != 'reply' or not answer['weak'], f'weak: {event}'
            if answer['rtt_ms'] is not None:
                late_ms.setdefault(hop, []).append(answer['rtt_ms'] - round_trip_ms(hop))
        best_ms = {hop: min(each) for hop, each in late_ms.items()}
        assert len(best_ms) == ROUTERS + 1, f'{self.method}: hops {sorted(best_ms)} answered'
        assert min(best_ms.values()) > -0.01, f'an answer that was there before it can have been: {best_ms}'
        assert max(best_ms.values()) < LATE_BOUND_MS, f'answers are late: {best_ms}'
        # The target itself owes an answer to one of several alone.
        sent, answered = ({(event['trace'], event['probe']['serial']) for event in self.of(kind) if event['probe']['ttl'] <= ROUTERS}
                          for kind in ('sent', 'reply'))
        self.missing = sorted(sent - answered)
        return len(sent), len(self.missing)


def watch(runs):
    """Until all have ended."""
    bound_at_s = time.monotonic() + SPAN_S
    while any([run.look() for run in runs]):  # each of them
        assert time.monotonic() < bound_at_s, 'a run did not end'
        time.sleep(0.02)
    return [run.finish() for run in runs]


@contextlib.contextmanager
def flooded(context, chain, family, sport, seconds):
    """Yields what will say how much was forged, once it is over."""
    program = pathlib.Path(context.sonde.source).resolve().parent / 'tests/kernel/injector'
    if not program.exists():
        raise lab.Unavailable(f'{program} is not built')
    command = [str(program), 'left', hardware_address(chain, 0, 'right'), address(family, 0, 1), path(family)[-1], FORGED_FROM[family],
               str(sport), str(seconds)]
    with subprocess.Popen(chain.command(1, command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as injector:
        begin, told = counters(chain), {}
        try:
            bound_at_s = time.monotonic() + lab.READY_BOUND_S
            while counters(chain) < begin + 1000:
                assert time.monotonic() < bound_at_s, 'no flood came'
            yield told
        finally:
            output, _ = injector.communicate('enough')
            told.update(json.loads(output))
            told['came'] = counters(chain) - begin


@contextlib.contextmanager
def small_buffers(low):
    """The limit is the whole machine's: it is put back whatever happens."""
    before = RMEM_MAX.read_text(encoding='ascii')
    try:
        if low:
            RMEM_MAX.write_text(str(SMALL_BUFFER_BYTES), encoding='ascii')
        yield
    finally:
        RMEM_MAX.write_text(before, encoding='ascii')


def under_flood(context, chain, family, method, seconds, low):
    """Traces for so long, and what was forged meanwhile."""
    with flooded(context, chain, family, KNOWN_PORT if method == 'udp' else 0, seconds + SPAN_S) as forged:
        run, = watch([Run(context, chain, family, method, max(1, int(seconds / 1.1)), low)])
    return run, forged


def scenario(context, family, low):
    seconds = (LONG_FLOOD_S if context.long else FLOOD_S) / len(METHODS)
    with small_buffers(low), behind_simulator(context) as chain:
        calm = [Run(context, chain, family, method, CALM_TRACES, low) for method in METHODS]
        calm = {run.method: run for run in watch(calm)}
        probes = lost = calm_probes = calm_lost = sent = came = 0
        busy, flood_s, told, where = [], 0.0, [], []
        for method in METHODS:
            run, forged = under_flood(context, chain, family, method, seconds, low)
            for sums, which in ((0, calm[method]), (1, run)):
                asked, missing = which.judge()
                if sums:
                    probes, lost = probes + asked, lost + missing
                else:
                    calm_probes, calm_lost = calm_probes + asked, calm_lost + missing
            sent, came, flood_s = sent + forged['sent'], came + forged['came'], flood_s + forged['seconds']
            busy.append(run.cpu_s / run.seconds)
            where += [(method, *which) for which in run.missing]
            told += run.told('stray-replies')
            grown_kib = run.high_kib - calm[method].high_kib
            assert grown_kib <= GROWN_MOST_KIB, f'{method}: {grown_kib} KiB more than without a flood'
            strays = run.of('end')[-1]['stop']['strays']
            assert strays > 0, f'{method}: nothing of the flood was seen'
        rate = came / flood_s
        print(f'# IPv{family}{", 208 KiB buffers, cap_net_raw alone" if low else ""}: {sent} forged in {flood_s:.1f} s, '
              f'{rate:.0f} a second came; {lost} of {probes} true answers lost, '
              f'{calm_lost} of {calm_probes} without a flood; busy {max(busy):.2f} of a core',
              flush=True)
        assert probes > 500, f'only {probes} probes'
        assert lost / probes <= calm_lost / calm_probes + LOST_MOST, f'{lost} of {probes} true answers lost: {where}'
        assert max(busy) <= 1.0, f'{max(busy):.2f} of a core'
        assert told, 'nothing is said of forgeries'
        # More than were ever asked can be no late answers: who knew the port was noticed, and is told of.
        many = [finding for finding in told if finding['evidence'][0]['value'] > probes]
        words = ('forged', 'none of them was believed')
        assert many and all(word in finding['sentence'] for finding in many for word in words), told
    if rate < RATE_LEAST:
        raise lab.Unavailable(f'all is well, but only {rate:.0f} forgeries a second came, {RATE_LEAST} wanted')


SCENARIOS = [('forged answers over IPv4, as fast as one core can', functools.partial(scenario, family=4, low=False)),
             ('the same over IPv6, with small buffers and cap_net_raw alone', functools.partial(scenario, family=6, low=True))]
LONG_SCENARIOS = [('the same over IPv4, with small buffers and cap_net_raw alone', functools.partial(scenario, family=4, low=True)),
                  ('the same over IPv6, as root', functools.partial(scenario, family=6, low=False))]
if os.environ.get('SONDE_TEST_LONG') == '1':
    SCENARIOS += LONG_SCENARIOS
