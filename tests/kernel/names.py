# SPDX-License-Identifier: MIT
"""Names beside a trace of real routers: a name server inside the client's namespace tells them, and whatever it or the process that asks it
does, the trace is as it was."""
import functools
import json
import os
import pathlib
import pty
import signal
import subprocess
import tempfile
import time

import faults
import lab
import nameserver

ROUTERS = 3
SLOW_S = 5.0
WAIT_S = 0.5
# What a trace takes longer where nothing is waited for: processes start, and other tests run beside it.
NOISE_S = 0.4
HELPER = 'sonde-names'
KEEPER = 'sonde-keeper'
STARTS = 4


def names_of(chain):
    return {address: f'r{hop}-v{family}.lab.example' for family in (4, 6) for hop, address in enumerate(chain.hops(family), 1)}


def server_of(chain, **how):
    return nameserver.NameServer(nameserver.opened(chain, chain.client), **how)


def named(context, chain, server, family, *options, **how):
    return context.sonde.trace_with_names(chain, '--dns-server', f'127.0.0.1:{server.port}', *options, chain.target(family), **how)


def shown_names(trace):
    return [row.rest.split()[-1] for row in trace.rows]


# --- what they look like ---

def come_with_the_rows(context, family, uid=None):
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        names = names_of(chain)
        with server_of(chain, names=names) as server:
            trace = named(context, chain, server, family, uid=uid).expect_status(0).expect_hops(chain.hops(family))
    assert shown_names(trace) == [names[address] for address in chain.hops(family)], f'names wanted\n{trace}'
    asked = [name for _, name in server.asked]
    assert len(asked) == len(set(asked)) == ROUTERS + 1, f'each address is asked about once: {asked}'


def in_a_comparison(context):
    with lab.Lab(ROUTERS) as chain, server_of(chain, names=names_of(chain)) as server:
        trace = context.sonde.with_names(chain, 'compare', '-M', 'icmp', '-M', 'tcp:443', '--dns-server', f'127.0.0.1:{server.port}',
                                         chain.target(4))
    assert shown_names(trace)[:ROUTERS] == [f'r{hop}-v4.lab.example' for hop in range(1, ROUTERS + 1)], f'names wanted\n{trace}'


def in_a_path_mtu(context):
    with lab.Lab(ROUTERS) as chain, server_of(chain, names=names_of(chain)) as server:
        trace = context.sonde.with_names(chain, 'mtu', '--dns-server', f'127.0.0.1:{server.port}', chain.target(4)).expect_status(0)
    assert shown_names(trace)[1:] == [f'r{hop}-v4.lab.example' for hop in range(1, ROUTERS + 2)], f'names wanted\n{trace}'


def in_a_report(context):
    with lab.Lab(ROUTERS) as chain, server_of(chain, names=names_of(chain)) as server:
        trace = named(context, chain, server, 4, '--repeat', '2', '--interval', '0').expect_status(0)
    assert shown_names(trace) == [f'r{hop}-v4.lab.example' for hop in range(1, ROUTERS + 2)], f'names wanted\n{trace}'


def in_a_replay(context):
    """Who reads a capture asks nobody about its addresses, unless he says whom."""
    with lab.Lab(ROUTERS) as chain, server_of(chain, names=names_of(chain)) as server, tempfile.TemporaryDirectory(prefix='sn') as folder:
        capture, server_words = f'{folder}/own.pcap', ('--dns-server', f'127.0.0.1:{server.port}')
        context.sonde.trace(chain, '--write-capture', capture, chain.target(4)).expect_status(0)
        plain = context.sonde.with_names(chain, 'replay', capture).expect_status(0).expect_hops(chain.hops(4))
        assert not server.asked and 'lab.example' not in plain.out, f'{server.asked}\n{plain}'
        trace = context.sonde.with_names(chain, 'replay', *server_words, capture).expect_status(0).expect_hops(chain.hops(4))
        numeric = context.sonde.with_names(chain, 'replay', '-n', *server_words, capture).expect_status(0)
    assert shown_names(trace) == [f'r{hop}-v4.lab.example' for hop in range(1, ROUTERS + 2)], f'names wanted\n{trace}'
    assert numeric.out == plain.out and len(server.asked) == ROUTERS + 1, f'{server.asked}\n{numeric}'


def in_a_stream(context):
    """A line for each address whose name is known, once, and one that has none is not told of."""
    with lab.Lab(ROUTERS) as chain:
        names = names_of(chain)
        del names[chain.hops(4)[1]]
        with server_of(chain, names=names) as server:
            trace = named(context, chain, server, 4, '-o', 'ndjson').expect_status(0)
    told = [event for event in map(json.loads, trace.out.splitlines()) if event['event'] == 'who']
    wanted = {address: names[address] for address in chain.hops(4) if address in names}
    assert len(told) == len(wanted) and {event['address']: event['name'] for event in told} == wanted, trace


def numeric_asks_nobody(context):
    with lab.Lab(ROUTERS) as chain, server_of(chain, names=names_of(chain)) as server:
        trace = context.sonde.trace(chain, '--dns-server', f'127.0.0.1:{server.port}', chain.target(4)).expect_status(0)
    assert not server.asked and 'lab.example' not in trace.out, f'{server.asked}\n{trace}'


def hostile(context):
    """What a name server may say reaches no terminal, and no address stands where a name does."""
    said = {1: [b'\x1b]0;evil\x07', b'example'], 2: [b'192', b'0', b'2', b'99'], 3: [b'a b', b'example']}
    with lab.Lab(ROUTERS) as chain:
        names = {chain.hops(4)[hop - 1]: name for hop, name in said.items()}
        with server_of(chain, names=names) as server:
            trace = named(context, chain, server, 4).expect_status(0).expect_hops(chain.hops(4))
    strange = [c for c in trace.out if ord(c) < 32 and c != '\n' or ord(c) == 127]
    assert not strange, f'{strange!r}\n{trace}'
    assert trace.row(2).rest.endswith('"192.0.2.99" (only a name)'), f'hop 2 has a name that reads as an address\n{trace}'


class Liar(nameserver.NameServer):
    """For each question some packets, none of which answers it: noise of the greatest size, a number that nobody asked with, another name,
    a name that points to itself, an answer that ends in the middle, one that is called cut off."""
    LIE = 'lie.lab.example'

    def _send(self, answer, asker):
        number = int.from_bytes(answer[:2], 'big')
        for packet in (os.urandom(65507), answer[:2] + os.urandom(65505), (number ^ 1).to_bytes(2, 'big') + answer[2:],
                       answer.replace(b'\x07in-addr', b'\x07in-addx'), answer[:12] + b'\xc0\x0c' + answer[14:],
                       answer[:-5], answer[:2] + b'\x87' + answer[3:]):
            super()._send(packet, asker)


def lying(context):
    """Nothing of it is shown, no longer waited for than was said, and the trace is whole."""
    with lab.Lab(ROUTERS) as chain:
        plain = context.sonde.trace(chain, chain.target(4)).expect_status(0)
        with Liar(nameserver.opened(chain, chain.client), names={address: Liar.LIE for address in chain.hops(4)}) as server:
            trace = named(context, chain, server, 4).expect_status(0).expect_hops(chain.hops(4)).expect_no_loss().expect_no_error()
            asked = len(server.asked)
    assert asked >= ROUTERS + 1, f'it was asked {asked} times\n{trace}'
    assert 'example' not in trace.out, f'a lie is shown\n{trace}'
    trace.expect_within(plain.seconds + WAIT_S + NOISE_S)


# --- networks ---

DATABASES = pathlib.Path(__file__).resolve().parent.parent / 'databases'
ZONE = 'asn.test'
ANNOUNCED = '192.0.2.80'
ORIGINS = {f'80.2.0.192.origin.{ZONE}': ['64500 | 192.0.2.0/24 | DE | test | 2020-01-01', '64499 | 192.0.0.0/16 | FR | test | 2020-01-01'],
           f'as64500.{ZONE}': ['64500 | DE | test | 2020-01-01 | TEST-NET Example, DE']}


def announced_host(chain):
    """The host has an address besides those of the chain, which are private ones."""
    chain.ip(chain.host, [f'addr add {ANNOUNCED}/32 dev lo'])
    for node in range(1, chain.host):
        chain.ip(node, [f'route add {ANNOUNCED} via {lab.address(4, node, 2)}'])


def by_name_servers(context):
    """-A: who announces an address, and who that is; private addresses are nobody's to be asked about."""
    with lab.Lab(ROUTERS) as chain, server_of(chain, texts=ORIGINS) as server:
        announced_host(chain)
        how = ('-A', '--asn-zone', ZONE, '--dns-server', f'127.0.0.1:{server.port}', ANNOUNCED)
        grouped = context.sonde.trace(chain, *how).expect_status(0)
        columns = context.sonde.trace(chain, '--columns', 'hop,address,asn,network,country', *how).expect_status(0)
        layout = context.sonde.trace(chain, '-q', '1', '-o', 'traceroute', *how).expect_status(0)
    lines = grouped.out.splitlines()
    assert 'AS64500 TEST-NET Example, DE:' in lines, grouped
    assert lines[lines.index('AS64500 TEST-NET Example, DE:') + 1].split()[1] == ANNOUNCED, grouped
    assert columns.row(ROUTERS + 1).rest.split() == ['AS64500', '192.0.2.0/24', 'DE'], columns
    assert [line.split()[2] for line in layout.out.splitlines()[1:]] == ROUTERS * ['[*]'] + ['[AS64500]'], layout
    assert sorted(name for _, name in server.asked) == sorted(3 * list(ORIGINS)), server.asked


def hostile_networks(context):
    texts = {f'80.2.0.192.origin.{ZONE}': [b'64500 | 192.0.2.0/24 | \x1b[ | x', b'\xff' * 255],
             f'as64500.{ZONE}': [b'64500 | DE | x | y | \x1b[2J\xe2\x80\xae\nfinding\tloop']}
    with lab.Lab(ROUTERS) as chain, server_of(chain, texts=texts) as server:
        announced_host(chain)
        trace = context.sonde.trace(chain, '-A', '--asn-zone', ZONE, '--dns-server', f'127.0.0.1:{server.port}', ANNOUNCED)
    strange = [c for c in trace.out if ord(c) < 32 and c != '\n' or ord(c) in (127, 0x202e)]
    assert not strange and 'AS64500 \\x1b[2J' in trace.out, f'{strange!r}\n{trace}'


def usual_folders(context):
    """Databases of known names are found there, and with -n nobody looks: in a file system of the run's own."""
    put = ('mount -t tmpfs none /usr/local/share && mkdir /usr/local/share/GeoIP && '
           f'cp {DATABASES}/asn.mmdb /usr/local/share/GeoIP/GeoLite2-ASN.mmdb && '
           f'cp {DATABASES}/geo.mmdb /usr/local/share/GeoIP/GeoLite2-Country.mmdb && exec "$@"')
    with lab.Lab(ROUTERS) as chain, server_of(chain) as server, tempfile.TemporaryDirectory(prefix='sn') as folder:
        announced_host(chain)
        capture, dns = f'{folder}/own.pcap', ('--dns-server', f'127.0.0.1:{server.port}')
        for words in (['trace', '--write-capture', capture, *dns, ANNOUNCED], ['compare', '-M', 'icmp', '-M', 'tcp:443', *dns, ANNOUNCED],
                      ['mtu', *dns, ANNOUNCED], ['replay', capture]):
            for numeric in ([], ['-n']):
                command = [context.sonde.copy(), words[0], *numeric, *words[1:]]
                run = chain.run(chain.client, ['unshare', '-m', 'sh', '-c', put, 'sh', *command])
                grouped = 'AS64503 Hosting Example, NL' in run.stdout
                assert run.returncode == 0 and grouped == (not numeric), f'{words} {numeric}\n{run.stdout}{run.stderr}'


def missing_database(context):
    """One line, and the trace is as it was."""
    with lab.Lab(ROUTERS) as chain:
        trace = context.sonde.trace(chain, '--asn-db', '/nonexistent/asn.mmdb', chain.target(4))
        mtu = context.sonde.mtu(chain, '--asn-db', '/nonexistent/asn.mmdb', chain.target(4))
    trace.expect_status(0).expect_hops(chain.hops(4)).expect_no_loss().expect_one_line_of_error('/nonexistent/asn.mmdb', 'no such file')
    mtu.expect_status(0).expect_one_line_of_error('/nonexistent/asn.mmdb', 'no such file')


# --- what they do to the trace: nothing ---

def slow_server_on_a_pipe(context):
    """The whole table waits for names as long as --resolve-wait says, and not a row longer."""
    with lab.Lab(ROUTERS) as chain:
        plain = context.sonde.trace(chain, chain.target(4)).expect_status(0)
        with server_of(chain, names=names_of(chain), delay_s=SLOW_S) as server:
            for wait_s in (WAIT_S, 0):
                trace = named(context, chain, server, 4, '--resolve-wait', str(wait_s)).expect_status(0)
                trace.expect_hops(chain.hops(4)).expect_no_loss().expect_within(plain.seconds + wait_s + NOISE_S)
                assert wait_s <= trace.seconds, f'it waited too little\n{trace}'
                assert 'lab.example' not in trace.out, f'too early\n{trace}'


def side_by_side(context):
    """All names are asked for at once: they take no longer than one."""
    with lab.Lab(ROUTERS) as chain:
        names = names_of(chain)
        with server_of(chain, names=names, delay_s=1.0) as server:
            trace = named(context, chain, server, 4, '--resolve-wait', '5').expect_status(0).expect_within(1.0 + 2 * NOISE_S)
    assert shown_names(trace) == [names[address] for address in chain.hops(4)], f'names wanted\n{trace}'


def rows_on_a_terminal(chain, command, wanted):
    """Seconds until that text stood on the terminal, and until the end."""
    begin_s, text, seen_s = time.monotonic(), '', None
    ours, theirs = pty.openpty()
    line = chain.command(chain.client, ['env', 'TERM=xterm', 'NO_COLOR=1', *command])
    with subprocess.Popen(line, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        try:
            while part := os.read(ours, 4096):
                text += part.decode()
                if seen_s is None and wanted in text:
                    seen_s = time.monotonic() - begin_s
        except OSError:
            pass  # its end of the terminal is closed
        os.close(ours)
        assert process.wait() == 0, text
    assert seen_s is not None, f'{wanted} never came: {text!r}'
    return seen_s, time.monotonic() - begin_s


def slow_server_on_a_terminal(context):
    """Rows stand at once, whatever the names do."""
    with lab.Lab(ROUTERS) as chain, server_of(chain, names=names_of(chain), delay_s=SLOW_S) as server:
        command = [context.sonde.copy(), '--resolve-wait', '2', '--dns-server', f'127.0.0.1:{server.port}', chain.target(4)]
        seen_s, end_s = rows_on_a_terminal(chain, command, f' {ROUTERS + 1}  {chain.target(4)}')
    assert seen_s < NOISE_S and end_s >= 2, f'the last row after {seen_s:.3f} s, the end after {end_s:.3f} s'


def tables_on_a_terminal(context):
    """So do those of the commands that write them as a whole."""
    with lab.Lab(ROUTERS) as chain, server_of(chain, names=names_of(chain), delay_s=SLOW_S) as server:
        how = ['--resolve-wait', '2', '--dns-server', f'127.0.0.1:{server.port}', chain.target(4)]
        for words in (['mtu'], ['compare', '-M', 'icmp', '-M', 'tcp:443'], ['--repeat', '2', '--interval', '0']):
            seen_s, end_s = rows_on_a_terminal(chain, [context.sonde.copy(), *words, *how], f' {ROUTERS + 1}  {chain.target(4)}')
            assert end_s >= seen_s + 1.5, f'{words}: the last row after {seen_s:.3f} s, the end after {end_s:.3f} s'


def no_server(context):
    """Nobody listens there: the questions fail at once or are given up, and the trace is whole."""
    with lab.Lab(ROUTERS) as chain:
        unused = nameserver.opened(chain, chain.client)
        port = unused.getsockname()[1]
        unused.close()
        trace = context.sonde.trace_with_names(chain, '--dns-server', f'127.0.0.1:{port}', chain.target(4))
    trace.expect_status(0).expect_hops(chain.hops(4)).expect_no_error().expect_within(WAIT_S + 2 * NOISE_S)


# --- the process that asks ---

def helpers_of(pid):
    """The processes that ask for this one: children of its keeper."""
    keepers = [str(keeper) for keeper in children_of(pid, KEEPER)]
    return [child for keeper in keepers for child in children_of(keeper, HELPER)]


def children_of(pid, name):
    found = []
    for entry in pathlib.Path('/proc').iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = dict(line.split(':\t', 1) for line in (entry / 'status').read_text().splitlines() if ':\t' in line)
        except OSError:
            continue  # it has ended
        if fields.get('PPid') == str(pid) and fields.get('Name') == name and fields.get('State', 'Z')[0] != 'Z':
            found.append(int(entry.name))
    return found


def wait_for(wanted, what):
    bound_at_s = time.monotonic() + lab.READY_BOUND_S
    while not (got := wanted()):
        assert time.monotonic() < bound_at_s, f'{what} did not come in {lab.READY_BOUND_S} s'
        os.sched_yield()
    return got


def has_nothing(context, uid, capability):
    """No capability, no way to one, no environment, and of descriptors one end of a pair, besides its own sockets to name servers."""
    with lab.Lab(ROUTERS) as chain, server_of(chain, names=names_of(chain), delay_s=SLOW_S) as server:
        chain.nft(chain.host, *faults.HOST_SILENT)
        arguments = ('--dns-server', f'127.0.0.1:{server.port}', '--resolve-wait', '0', '--wire', 'raw', chain.target(4))
        with context.sonde.running(chain, *arguments, uid=uid, capability=capability, numeric=False) as (process, _):
            child, = wait_for(lambda: helpers_of(process.pid), 'the helper')
            folder = pathlib.Path(f'/proc/{child}')
            status = dict(line.split(':\t', 1) for line in (folder / 'status').read_text().splitlines() if ':\t' in line)
            links = {int(entry.name): os.readlink(entry) for entry in (folder / 'fd').iterdir()}
            kinds = sockets_of(folder, links)
    held = {name: int(status[name], 16) for name in ('CapInh', 'CapPrm', 'CapEff', 'CapAmb')}
    assert not any(held.values()) and status['NoNewPrivs'].strip() == '1', f'{held} {status["NoNewPrivs"]}'
    assert all(links[fd] == '/dev/null' for fd in (0, 1, 2)), links
    assert set(kinds.values()) <= {'unix', 'udp'} and list(kinds.values()).count('unix') == 1, f'{links} {kinds}'


def sockets_of(folder, links):
    """Of each socket of a process the table of the kernel that it stands in."""
    tables = {'unix': 'unix', 'udp': 'udp', 'udp6': 'udp', 'raw': 'raw', 'raw6': 'raw', 'packet': 'packet', 'icmp': 'icmp', 'tcp': 'tcp'}
    kinds = {fd: 'unknown' for fd, link in links.items() if link.startswith('socket:')}
    for name, kind in tables.items():
        text = (folder / 'net' / name).read_text() if (folder / 'net' / name).exists() else ''
        for fd in kinds:
            if f' {links[fd].split("[")[1][:-1]} ' in text.replace('\n', ' \n'):
                kinds[fd] = kind
    return kinds


def killed(context):
    """It is started again three times, and then no more; what it was asked is asked again, and the trace ends as it would have."""
    with lab.Lab(ROUTERS) as chain, server_of(chain, names=names_of(chain), delay_s=SLOW_S) as server:
        chain.nft(chain.host, *faults.HOST_SILENT)
        arguments = ('--dns-server', f'127.0.0.1:{server.port}', '--resolve-wait', '0', '-w', '3', '-m', str(ROUTERS + 2),
                     chain.target(4))
        with context.sonde.running(chain, *arguments, numeric=False) as (process, begin):
            seen = []
            for _ in range(STARTS):
                child, = wait_for(lambda: [pid for pid in helpers_of(process.pid) if pid not in seen], 'another helper')
                seen.append(child)
                os.kill(child, signal.SIGKILL)
            wait_for(lambda: not helpers_of(process.pid), 'an end of helpers')
            rest = process.stdout.read()
            assert process.wait() == 1, begin + rest
            assert not helpers_of(process.pid) and len(seen) == STARTS, seen
    for address in chain.hops(4)[:ROUTERS]:
        assert address in begin + rest, begin + rest


def killed_once(context):
    """A name that the first helper was asked for comes from the second one."""
    with lab.Lab(ROUTERS) as chain, server_of(chain, names=names_of(chain)) as server:
        chain.nft(chain.host, *faults.HOST_SILENT)
        server.delay_s = 1.0
        arguments = ('--dns-server', f'127.0.0.1:{server.port}', '--resolve-wait', '20', '--no-wait', chain.target(4))
        command = chain.command(chain.client, [context.sonde.copy(), *arguments])
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, cwd='/') as process:
            wait_for(lambda: len(server.asked) >= ROUTERS, 'the questions')
            child, = wait_for(lambda: helpers_of(process.pid), 'the helper')
            os.kill(child, signal.SIGKILL)
            out = process.stdout.read()
            process.wait()
    for hop in range(1, ROUTERS + 1):
        assert f'r{hop}-v4.lab.example' in out, out


def ends_with_the_program(context):
    """A program that is killed leaves nobody behind."""
    with lab.Lab(ROUTERS) as chain, server_of(chain, names=names_of(chain), delay_s=SLOW_S) as server:
        chain.nft(chain.host, *faults.HOST_SILENT)
        arguments = ('--dns-server', f'127.0.0.1:{server.port}', '--resolve-wait', '0', chain.target(4))
        with context.sonde.running(chain, *arguments, numeric=False) as (process, _):
            child, = wait_for(lambda: helpers_of(process.pid), 'the helper')
            process.send_signal(signal.SIGKILL)
            wait_for(lambda: not pathlib.Path(f'/proc/{child}').exists(), 'the end of the helper')


SCENARIOS = [
    *((f'names of routers and host, IPv{family}{"" if uid is None else ", unprivileged"}',
       functools.partial(come_with_the_rows, family=family, uid=uid)) for family in (4, 6) for uid in (None, lab.NOBODY)),
    ('names of a comparison', in_a_comparison),
    ('names of a path MTU', in_a_path_mtu),
    ('names of many traces', in_a_report),
    ('names of a replay', in_a_replay),
    ('names of a stream', in_a_stream),
    ('-n asks nobody', numeric_asks_nobody),
    ('hostile names', hostile),
    ('a name server that lies', lying),
    ('networks by name servers', by_name_servers),
    ('hostile networks', hostile_networks),
    ('databases in the usual folders', usual_folders),
    ('a missing database', missing_database),
    ('names are asked for side by side', side_by_side),
    ('a name server that takes five seconds, on a pipe', slow_server_on_a_pipe),
    ('a name server that takes five seconds, on a terminal', slow_server_on_a_terminal),
    ('whole tables and a name server that takes five seconds, on a terminal', tables_on_a_terminal),
    ('no name server', no_server),
    ('the helper of root has nothing', functools.partial(has_nothing, uid=None, capability=None)),
    ('the helper of a program with a file capability has nothing',
     functools.partial(has_nothing, uid=lab.NOBODY, capability='cap_net_raw')),
    ('a killed helper is started three times more', killed),
    ('what a killed helper was asked is asked again', killed_once),
    ('no helper outlives the program', ends_with_the_program),
]
