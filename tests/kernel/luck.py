# SPDX-License-Identifier: MIT
"""Bad luck in mid-trace, with real kernels: calls that fail for a while, clocks that are set, interfaces, addresses and routes that come
and go, a program that is stopped, many at once. Whatever happens is waited for by what the program itself tells (-o ndjson)."""
import contextlib
import errno
import functools
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

import lab
import program

ROUTERS = 3
METHODS = ('icmp', 'udp', 'tcp')
BOUND_S = 30.0


class Stream:
    """A run that tells its events one by one: they are kept, and waited for."""

    def __init__(self, context, chain, *arguments, uid=None, orders=None):
        command = [*faulty(context, orders), context.sonde.copy(), *program.ALWAYS, '-o', 'ndjson', *arguments]
        self.events = []
        self.process = subprocess.Popen(chain.command(chain.client, command, uid), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, cwd='/')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def until(self, kind, count=1):
        """The count-th event of that kind from the beginning on."""
        while sum(event['event'] == kind for event in self.events) < count:
            line = self.process.stdout.readline()
            assert line, f'it ended before {kind} number {count}: {self}'
            self.events.append(json.loads(line))
        return self.of(kind)[count - 1]

    def end(self, status):
        rest, self.errors = self.process.communicate(timeout=BOUND_S)
        self.events += map(json.loads, rest.splitlines())
        assert self.process.returncode == status, f'status {status} wanted, not {self.process.returncode}\n{self.errors}{self}'
        return self

    def of(self, kind):
        return [event for event in self.events if event['event'] == kind]

    def addresses(self):
        """{TTL: addresses that answered a probe of it}."""
        seen = {}
        for event in self.of('reply') + self.of('late'):
            seen.setdefault(event['probe']['ttl'], set()).add(event['answer']['address'])
        return seen

    def expect_path(self, wanted):
        """Each of these answered at its TTL and nobody else, and behind them the last one alone."""
        seen = self.addresses()
        near = {ttl: seen.get(ttl) for ttl in range(1, len(wanted) + 1)}
        assert near == {ttl: {address} for ttl, address in enumerate(wanted, 1)}, f'{wanted} wanted, not {near}\n{self}'
        beyond = set().union(*(addresses for ttl, addresses in seen.items() if ttl > len(wanted)))
        assert beyond <= {wanted[-1]}, f'{beyond} behind the target\n{self}'

    def __str__(self):
        return '\n'.join(json.dumps(event)[:200] for event in self.events[-40:])


def faulty(context, orders):
    """The words that let the program run with orders of tests/faulty/faulty.c; none without orders."""
    if not orders:
        return []
    copy = pathlib.Path(context.sonde.copy()).parent / 'faulty.so'
    if not copy.exists():
        if not context.faulty.exists():
            raise lab.Unavailable(f'{context.faulty} is not built')
        shutil.copy(context.faulty, copy)
        copy.chmod(0o755)
    return ['env', f'LD_PRELOAD={copy}', f'SONDE_FAULTY={orders}']


def seconds_of(instant):
    """Of RFC 3339 with nine decimals: the nanoseconds within the hour, which no run here is longer than, as seconds."""
    return int(instant[14:16]) * 60 + int(instant[17:19]) + int(instant[20:29]) / 1e9


# --- calls that fail ---

# What stands in the line on standard error.
SAID = {errno.ENOBUFS: ('did not leave this machine', 'No buffer space', '-z 10ms'),
        errno.EPERM: ('did not leave this machine', 'not permitted', 'nft list ruleset', 'full table of connections')}
FAILED_SENDS = 5
FOR_GOOD = {errno.ENOBUFS: ('No buffer space', '-z'), errno.EPERM: ('not permitted', 'nft list ruleset', 'full table of connections'),
            errno.EMSGSIZE: ('too long', 'takes 1500 bytes', '--no-df'), errno.EADDRNOTAVAIL: ('assign', "'ip -4 -brief address'"),
            errno.ENETDOWN: ('down',), errno.ENODEV: ('device',), errno.EINVAL: ('Invalid',)}


def fails_for_a_while(context, wire, method, number):
    """The third packet and the next ones do not leave: they are tried again, later each time, and nothing of it is loss of the path."""
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        uid = lab.NOBODY if wire == 'dgram' else None
        orders = f'send 3-{2 + FAILED_SENDS} {number}'
        trace = context.sonde.trace(chain, '--wire', wire, '-M', method, chain.target(4), uid=uid, prefix=faulty(context, orders))
        trace.expect_status(0).expect_hops(chain.hops(4)).expect_no_loss()
        trace.expect_one_line_of_error(f'{FAILED_SENDS} of ', *SAID[number])
        with Stream(context, chain, '--wire', wire, '-M', method, chain.target(4), uid=uid, orders=orders) as run:
            failed = [seconds_of(event['at']) for event in run.end(0).of('local-error')]
        assert len(failed) == FAILED_SENDS, run
        gaps_ms = [(later - sooner) * 1e3 for sooner, later in zip(failed, failed[1:])]
        assert all(gap >= 2 ** nth for nth, gap in enumerate(gaps_ms)), f'the pauses were {gaps_ms} ms\n{run}'


def fails_for_good(context, wire, number, said):
    """What was known before stays, and the line says what it was."""
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        uid = lab.NOBODY if wire == 'dgram' else None
        trace = context.sonde.trace(chain, '--wire', wire, '-M', 'udp', '-z', '5ms', chain.target(4), uid=uid,
                                    prefix=faulty(context, f'send 3-99999 {number}'))
        trace.expect_status(2).expect_one_line_of_error('cannot send to', *said)
        assert trace.hops[0] == chain.hops(4)[0] and not [row for row in trace.rows if row.loss_percent], trace


# --- the wall clock ---

def clock_is_set(context, wire, family, method, seconds):
    """Stamps of the kernel are of the wall clock: one that is set in between makes no time negative, and none longer than the run."""
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        uid = lab.NOBODY if wire == 'dgram' else None
        begin_s = time.monotonic()
        with Stream(context, chain, '--wire', wire, '-M', method, '-z', '2ms', chain.target(family), uid=uid,
                    orders=f'clock 4 {seconds}') as run:
            run.end(0)
        took_ms = (time.monotonic() - begin_s) * 1e3
        answers = run.of('reply')
        assert set(run.addresses()) >= set(range(1, ROUTERS + 2)) and len(answers) >= 3 * ROUTERS, run
        times = [event['answer']['rtt_ms'] for event in answers]
        assert not run.of('late') and not run.of('timeout'), run
        assert all(rtt is not None and 0 < rtt <= took_ms for rtt in times), f'{times} in {took_ms} ms\n{run}'


# --- what changes in mid-trace ---

# So far apart that a change falls between two probes, and none of them is waited for when it comes.
SLOWLY = ('-z', '100ms', '-w', '5')


def interface_goes_and_comes(context, wire, family, method):
    """The interface is down for a while: what did not leave is told and no loss, and the trace goes on when it is up again."""
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        chain.sysctl(chain.client, 'net/ipv6/conf/right/keep_addr_on_down', '1')
        uid = lab.NOBODY if wire == 'dgram' else None
        with Stream(context, chain, '--wire', wire, '-M', method, *SLOWLY, chain.target(family), uid=uid) as run:
            run.until('reply')
            chain.ip(chain.client, ['link set right down'])
            run.until('local-error')
            chain.ip(chain.client, ['link set right up', f'route replace default via {lab.address(4, 0, 2)}',
                                    f'route replace default via {lab.address(6, 0, 2)}'])
            run.end(0)
        run.expect_path(chain.hops(family))
        # A connection is given up after a second, which the neighbour may need to be found again.
        assert not run.of('timeout') or (wire, method) == ('dgram', 'tcp'), run


def interface_is_gone(context, wire):
    """It does not come back: the rows so far, the reason, and an end."""
    with lab.Lab(ROUTERS) as chain:
        uid = lab.NOBODY if wire == 'dgram' else None
        with Stream(context, chain, '--wire', wire, '-M', 'udp', *SLOWLY, chain.target(4), uid=uid) as run:
            run.until('reply')
            chain.ip(chain.client, ['link del right'])
            run.end(2)
        assert chain.hops(4)[0] in run.addresses()[1] and not run.of('timeout'), run
        assert 'cannot send to' in run.errors and len(run.errors.splitlines()) <= 2, run.errors


def address_changes(context, wire, method):
    """The machine gets another address and loses its old one."""
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        uid = lab.NOBODY if wire == 'dgram' else None
        with Stream(context, chain, '--wire', wire, '-M', method, *SLOWLY, chain.target(4), uid=uid) as run:
            run.until('reply')
            chain.sysctl(chain.client, 'net/ipv4/conf/right/promote_secondaries', '1')
            chain.ip(chain.client, ['addr add 10.0.0.9/24 dev right', 'addr del 10.0.0.1/24 dev right',
                                    f'route replace default via {lab.address(4, 0, 2)}'])
            run.end(2)
        assert chain.hops(4)[0] in run.addresses()[1], run
        said = [event['finding']['sentence'] for event in run.of('finding')]
        wanted = '10.0.0.1, which they are for, is no longer its address.' if wire == 'raw' else 'could not send (Network is unreachable)'
        assert any(wanted in sentence for sentence in said), f'{said}\n{run.errors}'


def route_changes(context, wire, method):
    """The default route leads another way from now on, which skips router 1: both ways are shown."""
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        chain.add_bypass(to=2)
        uid = lab.NOBODY if wire == 'dgram' else None
        hops = chain.hops(4)
        with Stream(context, chain, '--wire', wire, '-M', method, *SLOWLY, '-q', '2', chain.target(4), uid=uid) as run:
            run.until('reply', 3)
            chain.ip(chain.client, [f'route replace default via {lab.BYPASS_FAR}'])
            run.end(0)
        seen = run.addresses()
        wanted = {1: {hops[0], hops[1]}, 2: {hops[1], hops[2]}}  # each router answers from the address towards the old way
        assert all(seen[ttl] == both for ttl, both in wanted.items()), f'{wanted} wanted, not {seen}\n{run}'


def stopped_for_a_while(context, wire, method):
    """SIGSTOP, and SIGCONT when all that was under way has come back: it is timed as if nothing had been, and what was due meanwhile does
    not follow in a burst."""
    gap_ms = 40
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        uid = lab.NOBODY if wire == 'dgram' else None
        with Stream(context, chain, '--wire', wire, '-M', method, '-z', f'{gap_ms}ms', '-w', '0.4', chain.target(4), uid=uid) as run:
            run.until('reply')
            run.process.send_signal(signal.SIGSTOP)
            wait_for(lambda: state_of(run.process.pid) == 'T', 'the stop')
            began_s = time.monotonic()
            wait_for(lambda: time.monotonic() - began_s > 1.0, 'a second')
            run.process.send_signal(signal.SIGCONT)
            run.end(0)
        sent = [seconds_of(event['at']) for event in run.of('sent')]
        assert max(later - sooner for sooner, later in zip(sent, sent[1:])) >= 1.0, f'it was not stopped\n{run}'
        close = [later - sooner for sooner, later in zip(sent, sent[1:]) if (later - sooner) * 1e3 < 0.9 * gap_ms]
        assert not close, f'probes followed each other after {close} s\n{run}'
        assert not run.of('timeout') and all(event['answer']['rtt_ms'] < 400 for event in run.of('reply')), run
        run.expect_path(chain.hops(4))


# --- many at once ---

INSTANCES = 50


def many_at_once(context):
    """Fifty of them in one namespace, with different targets, methods, families and wires: each shows its own path and nothing else, and
    none says a word about the packets of the others."""
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        kinds = [(family, method, wire) for family in (4, 6) for method in METHODS for wire in ('raw', 'dgram')]
        runs = []
        with contextlib.ExitStack() as all_of_them:
            for nth in range(INSTANCES):
                family, method, wire = kinds[nth % len(kinds)]
                wanted = chain.hops(family)[:ROUTERS + 1 - nth % 3]
                run = all_of_them.enter_context(Stream(context, chain, '--wire', wire, '-M', method, '-z', '5ms', '-q', '2', wanted[-1],
                                                       uid=lab.NOBODY if wire == 'dgram' else None))
                runs.append((run, wanted))
            for run, wanted in runs:
                run.end(0)
        for run, wanted in runs:
            run.expect_path(wanted)
            assert not run.of('duplicate') and not run.of('late'), run
            told = {event['finding']['id'] for event in run.of('finding')}
            assert told <= {'reached'}, f'{told}\n{run}'


def descriptors_run_out(context, wire):
    """Each limit from none to enough: a line with the limit, and a status, up to the one that is enough."""
    with lab.Lab(1) as chain:
        uid = lab.NOBODY if wire == 'dgram' else None
        for limit in range(3, 40):
            trace = context.sonde.trace(chain, '--wire', wire, '-M', 'udp', '-q', '1', chain.target(4), uid=uid,
                                        prefix=('prlimit', f'--nofile={limit}:{limit}'))
            if trace.status == 0:
                trace.expect_hops(chain.hops(4)).expect_no_loss()
                break
            if trace.status == 127:
                continue  # the loader's own
            assert trace.status in (2, 3) and trace.errors, trace  # 3: a privilege cannot be given up without them
            assert all('files' in line and (trace.status == 3 or str(limit) in line) for line in trace.errors), trace
        assert 6 < limit < 39, f'{limit} descriptors'


def memory_is_limited(context):
    """RLIMIT_AS: from where the program can be loaded to where it has enough, it never crashes, and says what is missing."""
    with lab.Lab(1) as chain:
        statuses = []
        for pages in range(512, 6000, 256):
            limit = pages * 4096
            trace = context.sonde.trace(chain, '--wire', 'raw', '-q', '1', chain.target(4), prefix=('prlimit', f'--as={limit}:{limit}'))
            assert trace.status in (0, 1, 2, 127), trace
            if trace.status == 127:
                continue  # the loader's own
            statuses.append(trace.status)
            if trace.status == 0:
                trace.expect_hops(chain.hops(4)).expect_no_loss()
                break
            assert trace.errors, trace
        assert 2 in statuses and statuses[-1] == 0, statuses


# --- a disk that fills up ---

def small_disk(context, how):
    """Events to a disk of 64 KiB: what is there are whole lines, the error names the file, the status is 2."""
    with lab.Lab(ROUTERS) as chain:
        copy = context.sonde.copy()
        out = '-o ndjson=/mnt/events' if how == 'file' else '-o ndjson >/mnt/events'
        script = (f'mount -t tmpfs -o size=64k none /mnt && {copy} --no-config -n --repeat 30 --interval 0 {out} {chain.target(4)} '
                  '>&2; status=$?; cat /mnt/events; exit $status')
        script = script.replace(' >&2;', ' >&2;' if how == 'file' else ';')
        run = chain.run(chain.client, ['unshare', '--mount', 'sh', '-c', script])
    lines = run.stdout.split('\n')
    assert run.returncode == 2 and len(run.stdout) > 32768, f'status {run.returncode}, {len(run.stdout)} bytes\n{run.stderr[-500:]}'
    assert lines[-1] == '' and all(json.loads(line)['event'] for line in lines[:-1]), f'the last line is {lines[-1][:200]!r}'
    name = '/mnt/events' if how == 'file' else 'standard output'
    assert any('No space left' in line and name in line for line in run.stderr.splitlines()), run.stderr[-500:]


def state_of(pid):
    return pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()[0]


def wait_for(wanted, what):
    bound_at_s = time.monotonic() + BOUND_S
    while not wanted():
        assert time.monotonic() < bound_at_s, f'{what} did not come in {BOUND_S} s'
        time.sleep(0.005)


def rows():
    yield 'fifty at once', many_at_once
    yield 'too little memory', memory_is_limited
    for how in ('file', 'standard output'):
        yield f'a small disk, {how}', functools.partial(small_disk, how=how)
    for wire in ('raw', 'dgram'):
        yield f'too few descriptors, {wire}', functools.partial(descriptors_run_out, wire=wire)
        yield f'interface gone for good, {wire}', functools.partial(interface_is_gone, wire=wire)
        yield f'another address, {wire}', functools.partial(address_changes, wire=wire, method='udp')
        for family, method in ((4, 'icmp'), (6, 'udp'), (4, 'tcp')):
            ways = {'wire': wire, 'method': method}
            yield f'another route, {wire} {method}', functools.partial(route_changes, **ways)
            yield f'stopped for a while, {wire} {method}', functools.partial(stopped_for_a_while, **ways)
            for number in (errno.ENOBUFS, errno.EPERM):
                yield f'{errno.errorcode[number]} for a while, {wire} {method}', functools.partial(fails_for_a_while, number=number, **ways)
            yield (f'interface down and up, {wire} {method} over IPv{family}',
                   functools.partial(interface_goes_and_comes, family=family, **ways))
            for seconds in (3600, 30, -30, -3600):
                yield (f'clock set by {seconds} s, {wire} {method} over IPv{family}',
                       functools.partial(clock_is_set, family=family, seconds=seconds, **ways))
        for number, said in FOR_GOOD.items():
            yield f'{errno.errorcode[number]} for good, {wire}', functools.partial(fails_for_good, wire=wire, number=number, said=said)


SCENARIOS = list(rows())
