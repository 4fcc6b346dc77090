# SPDX-License-Identifier: MIT
"""What goes wrong in networks and on this machine, made with real kernels: markers, exit statuses and times, and above all that
nothing counts as lost on the path that did not get lost there. Every scenario has a chain of its own."""
import datetime
import functools
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time

import lab
import program

ROUTERS = 3
METHODS = ('icmp', 'udp', 'tcp')
HOST_SILENT = (
    'input: icmp type echo-request drop',
    'input: icmpv6 type echo-request drop',
    'input: meta l4proto { tcp, udp } drop',
)
# A router reports an unknown neighbour after three seconds of asking; the program waits 3.2 s + 2 round trips for that, from the first
# probe past the last answer. The rows before must have come by then.
LATE_REPORT_BOUND_S = 6.0
NO_WAIT_BOUND_S = 1.5


def traced(context, chain, family, method, *options, **how):
    return context.sonde.trace(chain, '-M', method, *options, chain.target(family), **how)


# --- the target answers oddly, or not ---

def open_port_without_reset(context, family):
    """The client's resets do not get out, so each SYN leaves a half-open connection behind: Linux answers other SYNs of the same ports
    with a bare ACK at most. The target is reached all the same, and nothing was lost."""
    with lab.Lab(ROUTERS) as chain:
        chain.nft(chain.client, 'output: tcp flags & rst == rst drop')
        traced(context, chain, family, 'tcp').expect_status(0).expect_hops(chain.hops(family)).expect_no_loss()


def closed_port(context, family):
    with lab.Lab(ROUTERS) as chain:
        traced(context, chain, family, 'tcp:81').expect_status(0).expect_hops(chain.hops(family)).expect_no_loss()


def filtered_host(context, family, method):
    with lab.Lab(ROUTERS) as chain:
        chain.nft(chain.host, *HOST_SILENT)
        trace = traced(context, chain, family, method).expect_status(1).expect_within(LATE_REPORT_BOUND_S)
        assert trace.hops[:ROUTERS] == chain.hops(family)[:-1], f'the routers are wanted\n{trace}'
        assert chain.target(family) not in trace.hops, f'the host did not answer\n{trace}'
        traced(context, chain, family, method, '--no-wait').expect_status(1).expect_within(NO_WAIT_BOUND_S)


def absent_host(context, family, method):
    """An address of the last link that nobody has: after three seconds of asking for it, the last router says so. The rows on a pipe
    stand by then; the verdict has it in words."""
    with lab.Lab(ROUTERS) as chain:
        trace = context.sonde.trace(chain, '-M', method, lab.address(family, ROUTERS, 77))
        trace.expect_status(1).expect_within(LATE_REPORT_BOUND_S)
        assert trace.hops[:ROUTERS] == chain.hops(family)[:ROUTERS], f'the routers are wanted\n{trace}'
        ending = program.verdict(trace.out)
        assert 'host-unreachable' in ending and chain.hops(family)[ROUTERS - 1] in ending, f'the reason is wanted in the verdict\n{trace}'


def silent_port(context, family):
    """A UDP port that somebody listens on and that says nothing: not reached, as nothing tells it from a filtered one."""
    with lab.Lab(ROUTERS) as chain:
        chain.take_in_silence(5000)
        trace = traced(context, chain, family, 'udp:5000', '--no-wait').expect_status(1)
        assert trace.hops[:ROUTERS] == chain.hops(family)[:ROUTERS], f'the routers are wanted\n{trace}'
        assert 'open or filtered' in program.verdict(trace.out), f'"open or filtered" wanted in the verdict\n{trace}'


# --- probes that nothing answers, as --lost names them ---

PROTOCOL_NAMES = {1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmp6'}
UNKNOWN = '?'


def listed(trace):
    """[{head: cell}] of what --lost lists; the target's port is "To port"."""
    lines = trace.out.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith('Sent (UTC)')]
    assert starts, f'a list of probes is wanted\n{trace}'
    heads = re.split(r'\s{2,}', lines[starts[0]].strip())
    heads = ['To port' if head == 'Port' and 'Port' in heads[:at] else head for at, head in enumerate(heads)]
    rows = [re.split(r'\s{2,}', line.strip()) for line in lines[starts[0] + 1:] if re.match(r'\d{4}-', line)]
    assert rows and all(len(row) == len(heads) for row in rows), f'a cell below each head is wanted\n{trace}'
    return [dict(zip(heads, row)) for row in rows]


def told(packet):
    """The same of a packet on the wire, by RFC 791, 8200, 768, 9293 and 792."""
    four = packet[0] >> 4 == 4
    upper = packet[20:] if four else packet[40:]
    number = packet[9] if four else packet[6]
    source, target = (packet[12:16], packet[16:20]) if four else (packet[8:24], packet[24:40])
    family = socket.AF_INET if four else socket.AF_INET6
    cells = {'TTL': packet[8] if four else packet[7], 'Source': socket.inet_ntop(family, source),
             'Target': socket.inet_ntop(family, target), 'Protocol': PROTOCOL_NAMES.get(number, number), 'Bytes': len(packet)}
    if four:
        cells['IP id'] = int.from_bytes(packet[4:6], 'big')
    if number in (1, 58):
        cells |= {'Echo id': int.from_bytes(upper[4:6], 'big'), 'Seq': int.from_bytes(upper[6:8], 'big')}
    else:
        cells |= {'Port': int.from_bytes(upper[0:2], 'big'), 'To port': int.from_bytes(upper[2:4], 'big')}
    return {head: str(cell) for head, cell in cells.items()}


def lost_probes(context, family, method, wire):
    """Each probe on the list was on the wire with just these fields, at that time; what is not known is "?", and only what an ordinary
    socket leaves to the kernel."""
    with lab.Lab(ROUTERS) as chain:
        chain.nft(2, 'forward: drop')
        chain.ping_group(lab.PING_OPEN)
        with chain.listening(chain.client, 'right') as sent:
            begin_s = time.time()
            trace = traced(context, chain, family, method, '--lost', '--wire', wire, '-q', '1', '--gap', '3').expect_status(1)
            end_s = time.time()
            packets = [told(packet) for packet in sent() if packet[0] >> 4 == family]
        rows = listed(trace)
        assert {'3', '4', '5'} <= {row['TTL'] for row in rows}, f'TTL 3 to 5 are wanted\n{trace}'
        unknown = {head for row in rows for head, cell in row.items() if cell == UNKNOWN}
        wanted = set() if wire == 'raw' else ({'IP id'} if family == 4 else set()) | ({'Port'} if method == 'tcp' else set())
        assert unknown == wanted, f'unknown wanted: {wanted}, but is {unknown}\n{trace}'
        for row in rows:
            sent_s = datetime.datetime.fromisoformat(row.pop('Sent (UTC)').replace('Z', '+00:00')).timestamp()
            assert begin_s - 0.001 <= sent_s <= end_s, f'sent at {sent_s}, run from {begin_s} to {end_s}\n{trace}'
            assert row.pop('Got') == 'nothing', f'nothing came for it\n{trace}'
            row = {head: cell for head, cell in row.items() if cell != UNKNOWN}
            same = [packet for packet in packets if row.items() <= packet.items()]
            assert same, f'on the wire there was no {row}\n{trace}'
            packets.remove(same[0])


# members of the documents, by the heads of the list
MEMBERS = {'Port': 'source_port', 'To port': 'destination_port', 'Echo id': 'icmp_id', 'Seq': 'icmp_sequence', 'IP id': 'ip_id'}


def written_probes(context, family, method, wire):
    """Each probe of the document was on the wire with just these fields, those of a replay of the run's own capture as well; and what an
    ordinary socket leaves to the kernel is null in both."""
    with lab.Lab(ROUTERS) as chain, tempfile.TemporaryDirectory(prefix='sn') as folder:
        chain.nft(2, 'forward: drop')
        chain.ping_group(lab.PING_OPEN)
        os.chmod(folder, 0o777)
        live, capture, again = (pathlib.Path(folder) / name for name in ('live.json', 'own.pcap', 'again.json'))
        with chain.listening(chain.client, 'right') as sent:
            traced(context, chain, family, method, '--wire', wire, '-q', '1', '--gap', '3', '-o', f'json={live}', '--write-capture',
                   str(capture)).expect_status(1)
            packets = [told(packet) for packet in sent() if packet[0] >> 4 == family]
        subprocess.run([context.sonde.copy(), 'replay', '-n', '-o', f'json={again}', str(capture)], check=False, timeout=20,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        for file in (live, again):
            check_written(json.loads(file.read_text())['traces'][0], packets, family, method, wire)


def check_written(trace, packets, family, method, wire):
    wanted = {'IP id'} if family == 6 else set()
    wanted |= {'Port', 'To port'} if method == 'icmp' else {'Echo id', 'Seq'}
    if wire == 'dgram':
        wanted |= {'IP id'} | ({'Port'} if method == 'tcp' else set())
    probes = trace['other_probes'] + [probe for hop in trace['hops'] for probe in hop['probes']]
    assert len(probes) >= 5, f'probes to five hops are wanted: {probes}'
    assert trace['source']['ports'] == [] or not {'Port'} & wanted, f'source ports that nobody knows: {trace["source"]}'
    for probe in probes:
        null = {head for head, member in MEMBERS.items() if probe[member] is None}
        assert null == wanted, f'null is wanted for {wanted}, but is for {null}: {probe}'
        fields = {head: str(probe[member]) for head, member in MEMBERS.items() if head not in null} | {'TTL': str(probe['ttl'])}
        assert any(fields.items() <= packet.items() for packet in packets), f'on the wire there was no {fields}'


# --- routers ---

def silent_router(context, family, method):
    with lab.Lab(ROUTERS) as chain:
        chain.nft(2, 'output: icmp type time-exceeded drop', 'output: icmpv6 type time-exceeded drop')
        wanted = chain.hops(family)
        wanted[1] = '*'
        traced(context, chain, family, method).expect_status(0).expect_hops(wanted).expect_no_loss(silent=(2,))


def prohibiting_router(context, family, method):
    with lab.Lab(ROUTERS) as chain:
        chain.nft(2, 'forward: reject with icmpx type admin-prohibited')
        hops = chain.hops(family)
        trace = traced(context, chain, family, method).expect_status(1).expect_within(LATE_REPORT_BOUND_S)
        assert trace.hops == [hops[0], hops[1], hops[1]], f'router 2 twice is wanted\n{trace}'
        trace.expect_mark(3, '!X')


def router_without_route(context, family, outside):
    with lab.Lab(ROUTERS) as chain:
        trace = context.sonde.trace(chain, '-M', 'icmp', outside).expect_status(1).expect_within(LATE_REPORT_BOUND_S)
        assert set(trace.hops) == {chain.hops(family)[0]}, f'only router 1 is wanted\n{trace}'
        assert any('!N' in row.rest.split() for row in trace.rows), f'!N wanted\n{trace}'


def default_limits(context, family, method):
    """Linux's own ICMP rate limits, as every router and host has them unless somebody changed them: three queries fit."""
    with lab.Lab(8) as chain:
        chain.limit_as_linux_does(*range(1, chain.host + 1))
        traced(context, chain, family, method).expect_status(0).expect_hops(chain.hops(family)).expect_no_loss()


def translated(context, family, method):
    """Router 2 translates source addresses and ports; what it lets back is translated back."""
    with lab.Lab(ROUTERS) as chain:
        chain.feed_nft(2, 'table inet nat { chain post { type nat hook postrouting priority 100; oifname "right" masquerade random; }; }')
        traced(context, chain, family, method).expect_status(0).expect_hops(chain.hops(family)).expect_no_loss()


def with_offload(context, family, method):
    """Checksums that the device would have completed are unfinished in quotes and answers."""
    with lab.Lab(ROUTERS, offload=True) as chain:
        traced(context, chain, family, method).expect_status(0).expect_hops(chain.hops(family)).expect_no_loss()


def asymmetric_return(context, wire):
    """Router 2 sends what is for the client by another link, and in IPv4 answers from that link's address."""
    with lab.Lab(ROUTERS) as chain:
        chain.add_bypass(to=2)
        chain.ip(2, [f'route replace 10.0.0.0/24 via {lab.BYPASS_NEAR}'])
        hops = chain.hops(4)
        uid = lab.NOBODY if wire == 'dgram' else None
        trace = traced(context, chain, 4, 'udp', '--wire', wire, uid=uid)
        trace.expect_status(0).expect_hops([hops[0], lab.BYPASS_FAR, *hops[2:]]).expect_no_loss()


def policy_route(context, wire):
    """Only TCP to port 443 leaves by a second link that skips router 1: probes have to take the way of the real connection."""
    with lab.Lab(ROUTERS) as chain:
        chain.add_bypass(to=2)
        chain.ip(chain.client, ['rule add ipproto tcp dport 443 lookup 100', f'route add default via {lab.BYPASS_FAR} table 100'])
        hops = chain.hops(4)
        uid = lab.NOBODY if wire == 'dgram' else None
        traced(context, chain, 4, 'tcp:443', '--wire', wire, uid=uid).expect_status(0).expect_hops([lab.BYPASS_FAR, *hops[2:]])
        traced(context, chain, 4, 'udp', '--wire', wire, uid=uid).expect_status(0).expect_hops(hops)


# --- this machine ---

PROBES = {('udp', 4): 'udp dport 1-65535', ('tcp', 4): 'tcp dport 443', ('icmp', 4): 'icmp type echo-request',
          ('udp', 6): 'udp dport 1-65535', ('tcp', 6): 'tcp dport 443', ('icmp', 6): 'icmpv6 type echo-request'}


def local_firewall(context, wire, family, method):
    """The client's own firewall refuses: a fault of this machine, never loss on the path."""
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        chain.nft(chain.client, f'output: {PROBES[method, family]} drop')
        uid = lab.NOBODY if wire == 'dgram' else None
        trace = traced(context, chain, family, method, '--wire', wire, uid=uid).expect_status(2)
        trace.expect_one_line_of_error(chain.target(family), 'not permitted', 'nft').expect_within(NO_WAIT_BOUND_S)
        assert not [row for row in trace.rows if row.loss_percent], f'no loss on the path wanted\n{trace}'


def local_firewall_halfway(context, wire):
    """It refuses from the fifth probe on, before the target is in reach: the rows so far are kept, and nothing was lost on the path."""
    with lab.Lab(8) as chain:
        chain.nft(chain.client, 'output: udp dport 1-65535 limit rate over 1/hour burst 4 packets drop')
        uid = lab.NOBODY if wire == 'dgram' else None
        trace = traced(context, chain, 4, 'udp', '--wire', wire, uid=uid).expect_status(2)
        trace.expect_one_line_of_error(chain.target(4), 'not permitted', 'nft').expect_within(NO_WAIT_BOUND_S)
        assert chain.hops(4)[0] in trace.hops, f'router 1 is wanted\n{trace}'
        assert not [row for row in trace.rows if row.loss_percent], f'no loss on the path wanted\n{trace}'


def local_reject(context, wire, family, method, how):
    """The client's own firewall answers in its own name, or with a reset in the target's: nothing left, whatever it says."""
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        chain.nft(chain.client, f'output: {PROBES[method, family]} reject with {how}')
        uid = lab.NOBODY if wire == 'dgram' else None
        trace = traced(context, chain, family, method, '--wire', wire, uid=uid).expect_status(2)
        trace.expect_one_line_of_error(chain.target(family), 'not permitted', 'nft').expect_within(NO_WAIT_BOUND_S)
        assert all(row.address == '!local' for row in trace.rows), f'no answer wanted\n{trace}'


def closed_port_next_door(context, wire, family):
    """A reset that comes at once, but by a wire: the neighbour's, whose port is closed. And this machine's own, about itself."""
    with lab.Lab(1) as chain:
        uid = lab.NOBODY if wire == 'dgram' else None
        for target in (lab.address(family, 0, 2), lab.address(family, 0, 1), {4: '127.0.0.1', 6: '::1'}[family]):
            trace = context.sonde.trace(chain, '--wire', wire, '-M', 'tcp:81', target, uid=uid).expect_status(0)
            trace.expect_hops([lab.spelled(family, target)]).expect_no_loss().expect_no_error()


def this_machine(context, wire, family, method):
    """Tracing one's own address: what our own stack answers is the target's answer then."""
    with lab.Lab(1) as chain:
        chain.ping_group(lab.PING_OPEN)
        uid = lab.NOBODY if wire == 'dgram' else None
        target = lab.address(family, 0, 1)
        trace = context.sonde.trace(chain, '--wire', wire, '-M', method, target, uid=uid).expect_status(0)
        trace.expect_hops([lab.spelled(family, target)]).expect_no_loss().expect_no_error()


def silent_neighbour(context, wire, family, method, gateway):
    """The target on our own link, or the gateway to all others, does not answer: this machine says so after three seconds, in the
    words of any router, and that is neither loss nor a failure to send. The same on every wire."""
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        absent = lab.address(family, 0, 77)
        if gateway:
            chain.ip(chain.client, [f'route replace default via {absent}'])
        uid = lab.NOBODY if wire == 'dgram' else None
        target = chain.target(family) if gateway else absent
        trace = context.sonde.trace(chain, '--wire', wire, '-M', method, target, uid=uid)
        trace.expect_status(1).expect_hops([lab.spelled(family, lab.address(family, 0, 1))]).expect_mark(1, '!H').expect_no_loss()
        trace.expect_no_error().expect_within(LATE_REPORT_BOUND_S)


def family_absent(context):
    with lab.Lab(ROUTERS) as chain:
        chain.sysctl(chain.client, 'net/ipv6/conf/all/disable_ipv6', '1')
        trace = context.sonde.trace(chain, chain.target(6)).expect_status(2)
        trace.expect_one_line_of_error(chain.target(6), 'net.ipv6.conf.all.disable_ipv6=0')


def out_of_descriptors(context):
    with lab.Lab(1) as chain:
        trace = context.sonde.trace(chain, chain.target(4), prefix=('prlimit', '--nofile=4:4')).expect_status(2)
        trace.expect_one_line_of_error('files', 'the limit is 4', "'ulimit -n 4096'")


def name_with_addresses(context):
    """A name of both families: one address is traced and said to be the first, all of them with --all-addresses, and never one that no
    route leads to (RFC 6724 section 6, rule 1)."""
    with lab.Lab(1) as chain:
        hosts = context.sonde.folder() / 'hosts'
        hosts.write_text(''.join(f'{chain.target(family)} both.test\n' for family in (6, 4)))
        prefix = ('unshare', '--mount', 'sh', '-c', f'mount --bind {hosts} /etc/hosts && exec "$@"', 'sh')
        trace = context.sonde.trace(chain, 'both.test', prefix=prefix).expect_status(0)
        assert trace.hops in [chain.hops(family) for family in (4, 6)], trace
        assert 'first of 2 addresses' in trace.out, trace
        trace = context.sonde.trace(chain, '--all-addresses', 'both.test', prefix=prefix).expect_status(0).expect_no_loss()
        assert sorted(trace.hops) == sorted(chain.hops(4) + chain.hops(6)), trace
        chain.ip(chain.client, [f'route del default via {lab.address(6, 0, 2)}'])
        context.sonde.trace(chain, 'both.test', prefix=prefix).expect_status(0).expect_hops(chain.hops(4))


def full_disk(context):
    with lab.Lab(1) as chain:
        trace = context.sonde.trace(chain, chain.target(4), prefix=('sh', '-c', 'exec "$@" >/dev/full', 'sh')).expect_status(2)
        trace.expect_one_line_of_error('space')


def interrupted(context, number):
    """A signal in the middle: what is known is printed, and the status says so."""
    with lab.Lab(ROUTERS) as chain:
        chain.nft(chain.host, *HOST_SILENT)
        with context.sonde.running(chain, '-M', 'icmp', chain.target(4)) as (process, begin):
            process.send_signal(number)
            rest, errors = process.communicate(timeout=LATE_REPORT_BOUND_S)
        text = f'status {process.returncode}\n{begin}{rest}{errors}'
        assert process.returncode == 130, f'status 130 wanted\n{text}'
        assert 'interrupted' in program.verdict(rest).lower(), f'"interrupted" wanted in the verdict\n{text}'


def broadcast_address(context, wire):
    """The broadcast address of our own link, which only the routing table knows: refused, unless it is meant."""
    with lab.Lab(1) as chain:
        uid = lab.NOBODY if wire == 'dgram' else None
        target = lab.address(4, 0, 255)
        trace = context.sonde.trace(chain, '--wire', wire, '-M', 'udp', target, uid=uid).expect_status(2)
        trace.expect_one_line_of_error(target, 'broadcast', '--force')
        context.sonde.trace(chain, '--wire', wire, '-M', 'udp', '--force', '--no-wait', target, uid=uid).expect_status(1).expect_no_error()


def size_without_privilege(context, family):
    with lab.Lab(1) as chain:
        trace = traced(context, chain, family, 'tcp', '--wire', 'dgram', '--size', '400', uid=lab.NOBODY).expect_status(2)
        trace.expect_one_line_of_error('400', '--wire raw')
        traced(context, chain, family, 'tcp', '--wire', 'raw', '--size', '400').expect_status(0).expect_hops(chain.hops(family))


def interface_down(context, family):
    with lab.Lab(ROUTERS) as chain:
        chain.ip(chain.client, ['link set right down'])
        trace = traced(context, chain, family, 'udp', '-i', 'right').expect_status(2)
        trace.expect_one_line_of_error("'sudo ip link set right up'")


def interface_missing(context):
    with lab.Lab(ROUTERS) as chain:
        trace = traced(context, chain, 4, 'udp', '-i', 'nosuch0').expect_status(2)
        trace.expect_one_line_of_error('nosuch0', 'this machine has lo, right')


def no_route(context, family, outside):
    with lab.Lab(ROUTERS) as chain:
        chain.ip(chain.client, [f'route del default via {lab.address(family, 0, 2)}'])
        context.sonde.trace(chain, outside).expect_status(2).expect_one_line_of_error('route', f"'ip route get {outside}'")


def mapped_address(context):
    """An IPv4 address written as IPv6 is traced over IPv4, on a machine without IPv6 as well."""
    with lab.Lab(ROUTERS) as chain:
        mapped = f'::ffff:{chain.target(4)}'
        for _ in range(2):
            context.sonde.trace(chain, '--wire', 'raw', mapped).expect_status(0).expect_hops(chain.hops(4))
            chain.sysctl(chain.client, 'net/ipv6/conf/all/disable_ipv6', '1')
        context.sonde.trace(chain, '-6', mapped).expect_status(2).expect_one_line_of_error(mapped, 'IPv6 is asked for')


def link_local(context, wire, method):
    """Link-local addresses with their interface: the neighbour's and our own."""
    with lab.Lab(1) as chain:
        for node, name in ((1, 'left'), (chain.client, 'right')):
            shown = chain.run(node, ['ip', '-6', '-brief', 'address', 'show', 'dev', name, 'scope', 'link']).stdout
            address = shown.split()[2].split('/')[0]
            trace = context.sonde.trace(chain, '--wire', wire, '-M', method, f'{address}%right').expect_status(0)
            trace.expect_hops([address]).expect_no_loss()


def unprivileged_by_choice(context, family):
    """Who chooses the unprivileged wire is told, too, what it cannot do: once, with the line that gives it back."""
    with lab.Lab(ROUTERS) as chain:
        trace = context.sonde.trace(chain, '--wire', 'dgram', chain.target(family), chain.hops(family)[0]).expect_status(0)
        notices = [line for line in trace.err.splitlines() if line.startswith(program.NOTICE)]
        assert len(notices) == 1 and f'sudo setcap cap_net_raw+p {context.sonde.copy()}' in notices[0], f'one notice wanted\n{trace}'


def full_queue(context):
    """A queue of this machine that takes a few packets only. Single probes that did not leave are told, and how many; what reaches the
    target all the same is the result. Where nothing leaves any more, that is the end. Neither is loss of the path."""
    with lab.Lab(ROUTERS) as chain:
        chain.run(chain.client, 'tc qdisc add dev right root tbf rate 40kbit burst 200 limit 200'.split())
        told = (chain.target(4), 'through right', 'No buffer space', '-z 10ms', 'dev right')
        trace = traced(context, chain, 4, 'udp', '-q', '1').expect_status(0).expect_hops(chain.hops(4)).expect_no_loss()
        trace.expect_one_line_of_error(' probes to ', 'did not leave this machine', *told)
        # connect() does not say that there was no room: the queue's counter does.
        trace = traced(context, chain, 4, 'tcp', '--wire', 'dgram', uid=lab.NOBODY).expect_status(0).expect_hops(chain.hops(4))
        trace.expect_no_loss().expect_one_line_of_error(' probes to ', 'did not leave this machine', *told)
        trace = traced(context, chain, 4, 'udp', '--size', '1000').expect_status(2)
        trace.expect_one_line_of_error('cannot send to ', *told)
        assert not [row for row in trace.rows if row.loss_percent], f'no loss on the path wanted\n{trace}'


def refused_behind_the_target(context):
    """The firewall begins to refuse when the target has answered already: that is told and is the status all the same."""
    with lab.Lab(ROUTERS) as chain:
        chain.nft(chain.client, 'output: udp dport 1-65535 limit rate over 1/hour burst 8 packets drop')
        trace = traced(context, chain, 4, 'udp', '-z', '5ms').expect_status(2)
        trace.expect_one_line_of_error('cannot send to', chain.target(4), 'through right', 'not permitted', "'sudo nft list ruleset'")
        assert chain.target(4) in trace.hops, f'the target is wanted\n{trace}'


def too_large(context):
    with lab.Lab(1) as chain:
        trace = context.sonde.trace(chain, '--size', '1501', chain.target(4)).expect_status(2)
        trace.expect_one_line_of_error(chain.target(4), 'too long', 'right takes 1500 bytes: give --size 1500 or less, or --no-df')


OUTSIDE = {4: '192.0.2.1', 6: '2001:db8::1'}


def per_family(title, job, *methods):
    """Rows for both families and, where methods are named, each of them."""
    for family in (4, 6):
        for method in methods or (None,):
            bound = functools.partial(job, family=family, **({'method': method} if method else {}))
            yield f'{title}, IPv{family}' + (f' {method}' if method else ''), bound


def rows():
    yield from per_family('open TCP port, our resets held back', open_port_without_reset)
    yield from per_family('closed TCP port', closed_port)
    yield from per_family('filtered host', filtered_host, *METHODS)
    yield from per_family('absent host', absent_host, *METHODS)
    yield from per_family('silent router', silent_router, *METHODS)
    yield from per_family('prohibiting router', prohibiting_router, *METHODS)
    yield from per_family('default rate limits', default_limits, *METHODS)
    yield from per_family('translated source', translated, *METHODS)
    yield from per_family('checksum offload', with_offload, *METHODS, 'udp-classic')
    for family, outside in OUTSIDE.items():
        yield f'router without a route, IPv{family}', functools.partial(router_without_route, family=family, outside=outside)
        yield f'no route on this machine, IPv{family}', functools.partial(no_route, family=family, outside=outside)
    for wire in ('raw', 'dgram'):
        yield from per_family(f'lost probes, {wire}', functools.partial(lost_probes, wire=wire), *METHODS, 'udp-classic')
        yield from per_family(f'written probes, {wire}', functools.partial(written_probes, wire=wire), *METHODS, 'udp-classic')
        yield f'policy route for one port, {wire}', functools.partial(policy_route, wire=wire)
        yield from per_family(f'local firewall, {wire}', functools.partial(local_firewall, wire=wire), *METHODS)
        yield f'local firewall halfway, {wire}', functools.partial(local_firewall_halfway, wire=wire)
        yield f'asymmetric return, {wire}', functools.partial(asymmetric_return, wire=wire)
        for how in ('icmpx type port-unreachable', 'icmpx type admin-prohibited'):
            yield from per_family(f'local reject with {how}, {wire}', functools.partial(local_reject, wire=wire, how=how), *METHODS)
        yield from per_family(f'local reject with tcp reset, {wire}', functools.partial(local_reject, wire=wire, how='tcp reset'), 'tcp')
        yield from per_family(f'closed port next door, {wire}', functools.partial(closed_port_next_door, wire=wire))
        yield f'broadcast address, {wire}', functools.partial(broadcast_address, wire=wire)
        yield from per_family(f'this machine itself, {wire}', functools.partial(this_machine, wire=wire), *METHODS, 'udp-classic')
        for gateway in (False, True):
            job = functools.partial(silent_neighbour, wire=wire, gateway=gateway)
            yield from per_family(f'silent {"gateway" if gateway else "neighbour"}, {wire}', job, *METHODS, 'udp-classic')
    yield from per_family('TCP of some size without privilege', size_without_privilege)
    yield from per_family('interface down', interface_down)
    yield from per_family('unprivileged by choice', unprivileged_by_choice)
    yield 'full queue on this machine', full_queue
    yield 'local firewall behind the target', refused_behind_the_target
    yield 'larger than the interface takes', too_large
    for method in METHODS:
        yield f'link-local addresses, raw {method}', functools.partial(link_local, wire='raw', method=method)
    for method in ('udp', 'tcp'):
        yield f'link-local addresses, dgram {method}', functools.partial(link_local, wire='dgram', method=method)
    yield 'IPv4 address written as IPv6', mapped_address
    yield from per_family('UDP port that stays silent', silent_port)
    yield 'interface missing', interface_missing
    yield 'IPv6 is switched off', family_absent
    yield 'out of descriptors', out_of_descriptors
    yield 'a name with several addresses', name_with_addresses
    yield 'full disk', full_disk
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        yield f'ended by {number.name}', functools.partial(interrupted, number=number)


SCENARIOS = list(rows())
