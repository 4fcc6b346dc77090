# SPDX-License-Identifier: MIT
"""The path MTU through real Linux routers: narrow links that say so and that do not, what this machine's kernel remembers of the path,
jumbo frames, tunnels, hosts that answer no large pings. For each the finding, its hop, address and value, the exit status, and nothing
else found."""
import contextlib
import fcntl
import functools
import itertools
import os
import select
import socket
import struct
import threading

import findings
import lab

ROUTERS = 4
NARROW = 2  # the link behind that hop is the narrow one
WIRES, FAMILIES = findings.WIRES, findings.FAMILIES
# What the unprivileged wire cannot make longer is left out there.
METHODS = {'raw': ('icmp', 'udp', 'tcp', 'tcp:81'), 'dgram': ('icmp', 'udp')}
MESSAGES = ('icmp type destination-unreachable icmp code frag-needed', 'icmpv6 type packet-too-big')
IP_MTU_DISCOVER, IP_PMTUDISC_DO, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DO = 10, 2, 23, 2
BOUND_S, BOUND_BLACK_HOLE_S = 1.5, 10.5
TUNSETIFF, IFF_TUN_NO_PI = 0x400454ca, 0x1001


def narrow(chain, link, mtu):
    """Both ends of it."""
    chain.ip(link, [f'link set right mtu {mtu}'])
    chain.ip(link + 1, [f'link set left mtu {mtu}'])


def without_messages(chain, node, hook='output'):
    chain.nft(node, *(f'{hook}: {message} drop' for message in MESSAGES))


def measured(context, chain, wire, family, *options):
    chain.ping_group(lab.PING_OPEN)
    uid = lab.NOBODY if wire == 'dgram' else None
    return context.sonde.mtu(chain, '--findings', '--wire', wire, *options, chain.target(family), uid=uid)


def passes(trace, mtu):
    """Nothing on the way is narrower than the outgoing link."""
    trace.expect_found('pmtu', None, None, 0, passed=mtu).expect_within(BOUND_S).expect_no_error()


def says(trace, chain, family, hop, mtu, also=()):
    router = chain.hops(family)[hop - 1]
    return trace.expect_found('pmtu', hop, router, 0, also=also, passed=mtu, refused=mtu + 1, said=mtu).expect_within(BOUND_S)


def vanishes(trace, hop, mtu):
    trace.expect_found('pmtu-blackhole', hop, None, 1, also=('pmtu',), passed=mtu, vanished=mtu + 1)
    finding = next(finding for finding in trace.findings if finding.id == 'pmtu-blackhole')
    assert finding.last_hop == hop + 1, f'between hops {hop} and {hop + 1} wanted\n{trace}'
    assert f'Packets larger than {mtu} bytes vanish after hop {hop} (' in trace.out, f'in words wanted\n{trace}'
    trace.expect_within(BOUND_BLACK_HOLE_S).expect_no_error()


def by_each_method(job):
    """job(context, wire, family, method) for all that the wire can vary in length."""
    @functools.wraps(job)
    def scenario(context, wire, family, **choices):
        for method in METHODS[wire]:
            job(context, wire, family, method=method, **choices)
    return scenario


@by_each_method
def clear(context, wire, family, method):
    passes(measured(context, context.chain(ROUTERS), wire, family, '-M', method), 1500)


@by_each_method
def said(context, wire, family, method, mtu):
    with lab.Lab(ROUTERS) as chain:
        narrow(chain, NARROW, mtu)
        trace = says(measured(context, chain, wire, family, '-M', method), chain, family, NARROW, mtu)
        assert f'it said so (packet too big, MTU {mtu})' in trace.out, f'in words wanted\n{trace}'


@by_each_method
def black_hole(context, wire, family, method, mtu):
    with lab.Lab(ROUTERS) as chain:
        narrow(chain, NARROW, mtu)
        without_messages(chain, NARROW)
        vanishes(measured(context, chain, wire, family, '-M', method), NARROW, mtu)


def filtered_on_the_way(context, wire, family):
    """Router 1 does not let the messages of router 2 pass."""
    with lab.Lab(ROUTERS) as chain:
        narrow(chain, NARROW, 1400)
        without_messages(chain, 1, 'forward')
        vanishes(measured(context, chain, wire, family), NARROW, 1400)


def mismatched(context, wire, family):
    """The near end of a link believes in 1500 bytes, the far one takes 1400 and the 4 of a VLAN tag: a real black hole with no filter at
    all."""
    with lab.Lab(ROUTERS) as chain:
        chain.ip(NARROW + 1, ['link set left mtu 1400'])
        vanishes(measured(context, chain, wire, family), NARROW, 1404)


def mismatched_here(context, wire, family):
    """The same with the first link, in front of which is nobody who could say so."""
    with lab.Lab(ROUTERS) as chain:
        chain.ip(1, ['link set left mtu 1400'])
        trace = measured(context, chain, wire, family)
        trace.expect_found('pmtu-blackhole', None, None, 1, also=('pmtu',), passed=1404, vanished=1405)
        assert 'vanish on the link of this machine, at or before hop 1 (' in trace.out, f'in words wanted\n{trace}'
        assert 'filters' not in trace.out, f'no filter wanted\n{trace}'
        trace.expect_within(BOUND_BLACK_HOLE_S).expect_no_error()


def limited(context, wire, family):
    """Routers and host ration their ICMP errors as Linux does."""
    with lab.Lab(ROUTERS) as chain:
        narrow(chain, NARROW, 1400)
        without_messages(chain, NARROW)
        chain.limit_as_linux_does(*range(1, chain.host + 1))
        vanishes(measured(context, chain, wire, family), NARROW, 1400)


def several(context, wire, family):
    """From jumbo frames over a link that says what it takes and one that does not to one that does again."""
    with lab.Lab(ROUTERS) as chain:
        for link, mtu in enumerate((9000, 9000, 1500, 1400, 1300)):
            narrow(chain, link, mtu)
        without_messages(chain, 3)
        trace = measured(context, chain, wire, family)
        trace.expect_found('pmtu', 4, chain.hops(family)[3], 0, of='icmp', also=('pmtu-blackhole',), passed=1300, said=1300)
        trace.expect_found('pmtu-blackhole', 3, None, 1, also=('pmtu',), passed=1400, vanished=1401)
        assert f'the link behind hop 2 ({chain.hops(family)[1]}) takes 1500 bytes' in trace.out, f'hop 2 wanted\n{trace}'


def jumbo(context, wire, family):
    with lab.Lab(ROUTERS) as chain:
        for link in range(chain.host):
            narrow(chain, link, 9000)
        passes(measured(context, chain, wire, family), 9000)
        narrow(chain, NARROW, 1500)
        says(measured(context, chain, wire, family), chain, family, NARROW, 1500)


def own_link(context, wire, family):
    """The outgoing link is the narrow one, and a probe is never longer than it takes."""
    with lab.Lab(ROUTERS) as chain:
        narrow(chain, 0, 1400)
        passes(measured(context, chain, wire, family), 1400)


def remember(chain, family, mtu):
    """Makes the client's kernel believe in that path MTU, by a packet that it may not cut; the network is as it was then."""
    target = chain.target(family)
    narrow(chain, NARROW, mtu)
    with chain.inside(chain.client):
        sender = socket.socket(socket.AF_INET if family == 4 else socket.AF_INET6, socket.SOCK_DGRAM)
    with sender:
        if family == 4:
            sender.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO)
        else:
            sender.setsockopt(socket.IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DO)
        sender.settimeout(lab.READY_BOUND_S)
        sender.connect((target, 9))
        sender.send(bytes(1450 - (28 if family == 4 else 48)))
        with contextlib.suppress(ConnectionRefusedError, OSError):
            sender.recv(1)  # the message has come when this fails
    shown = chain.run(chain.client, ['ip', 'route', 'get', target]).stdout
    assert f'mtu {mtu}' in shown, f'the kernel does not remember {mtu}: {shown}'
    narrow(chain, NARROW, 1500)


@by_each_method
def remembered(context, wire, family, method):
    with lab.Lab(ROUTERS) as chain:
        remember(chain, family, 1300)
        passes(measured(context, chain, wire, family, '-M', method), 1500)


def route_with_mtu(context, wire, family):
    """Nor is an MTU that an administrator gave the route."""
    with lab.Lab(ROUTERS) as chain:
        gateway = lab.address(family, 0, 2)
        chain.ip(chain.client, [f'route add {lab.prefix(family, ROUTERS)} via {gateway} mtu 1300'])
        passes(measured(context, chain, wire, family), 1500)


def large_pings_ignored(context, wire, family):
    """No black hole: pings do not tell, and UDP does."""
    with lab.Lab(ROUTERS) as chain:
        chain.nft(chain.host, 'input: icmp type echo-request meta length 1001-65535 drop',
                  'input: icmpv6 type echo-request meta length 1001-65535 drop')
        trace = measured(context, chain, wire, family, '-M', 'icmp')
        trace.expect_found('pmtu', ROUTERS, None, 1, passed=1000)
        assert 'cannot be told' in trace.out, f'that wanted\n{trace}'
        trace = measured(context, chain, wire, family)
        trace.expect_found('pmtu', None, None, 0, passed=1500)
        assert 'asked again by UDP' in trace.out, f'UDP wanted\n{trace}'


def narrow_last_link(context, wire, family):
    """The last link swallows: pings cannot tell that from a host that ignores them, UDP can."""
    with lab.Lab(ROUTERS) as chain:
        narrow(chain, ROUTERS, 1400)
        without_messages(chain, ROUTERS)
        vanishes(measured(context, chain, wire, family), ROUTERS, 1400)


def silent_host(context, wire, family):
    with lab.Lab(ROUTERS) as chain:
        narrow(chain, NARROW, 1400)
        chain.nft(chain.host, 'input: drop')
        trace = measured(context, chain, wire, family).expect_status(1)
        trace.expect_found('pmtu', NARROW, chain.hops(family)[NARROW - 1], 1, passed=1400, said=1400)


def silent_router(context, wire, family):
    with lab.Lab(ROUTERS) as chain:
        narrow(chain, 3, 1400)
        chain.nft(1, 'output: icmp type time-exceeded drop', 'output: icmpv6 type time-exceeded drop')
        says(measured(context, chain, wire, family), chain, family, 3, 1400)


def narrow_way_back(context, wire, family):
    """Only answers pass a link of 1400 bytes. IPv4's are cut there; of IPv6's the host is told, and cuts the next ones itself."""
    with lab.Lab(ROUTERS) as chain:
        chain.add_bypass(3)
        near = lab.BYPASS_NEAR if family == 4 else lab.BYPASS_NEAR6
        chain.ip(chain.client, ['link set bypass mtu 1400'])
        chain.ip(3, ['link set bypass mtu 1400', f'route replace {lab.prefix(family, 0)} via {near} dev bypass'])
        passes(measured(context, chain, wire, family), 1500)


TUNNELS = {'gre': 1476, 'ipip': 1480}


def tunnel(context, wire, kind):
    """Between routers 1 and 3: router 2 is no hop any more. IPv4 in it only."""
    with lab.Lab(ROUTERS) as chain:
        near, far = lab.address(4, 1, 1), lab.address(4, 2, 2)
        try:
            for node, own, other in ((1, near, far), (3, far, near)):
                chain.ip(node, [f'link add tunnel type {kind} local {own} remote {other}', 'link set tunnel up'])
        except RuntimeError as error:
            raise lab.Unavailable(f'no {kind} tunnels: {str(error).splitlines()[0]}') from error
        through_tunnel(context, chain, wire, 4, TUNNELS[kind])


def through_tunnel(context, chain, wire, family, mtu):
    """Its ends have a device "tunnel" in routers 1 and 3."""
    ends = {node: f'10.0.201.{node}' if family == 4 else f'fd00:0:0:c9::{node}' for node in (1, 3)}
    for node, own in ends.items():
        chain.ip(node, [f'addr add {own}/24 dev tunnel' if family == 4 else f'addr add {own}/64 dev tunnel nodad'])
    chain.ip(1, [f'route replace {lab.prefix(family, link)} via {ends[3]} dev tunnel' for link in range(3, ROUTERS + 1)])
    trace = measured(context, chain, wire, family)
    trace.expect_found('pmtu', 1, chain.hops(family)[0], 0, passed=mtu, said=mtu)
    assert 'which is a guess' in trace.out, f'a guess wanted\n{trace}'


def tun_device(chain, node):
    """A device "tunnel" of a node whose other side is the descriptor that is returned."""
    with chain.inside(node):
        try:
            descriptor = os.open('/dev/net/tun', os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            raise lab.Unavailable(f'/dev/net/tun: {error}') from error
        fcntl.ioctl(descriptor, TUNSETIFF, struct.pack('16sH22x', b'tunnel', IFF_TUN_NO_PI))
    return descriptor


@contextlib.contextmanager
def carried(ends):
    """What goes in at one descriptor comes out at the other."""
    stop, stopper = os.pipe()

    def carry():
        while True:
            readable, _, _ = select.select([*ends, stop], [], [])
            if stop in readable:
                return
            for end in readable:
                with contextlib.suppress(BlockingIOError):
                    os.write(ends[1 - ends.index(end)], os.read(end, 65536))
    carrier = threading.Thread(target=carry)
    carrier.start()
    try:
        yield
    finally:
        os.write(stopper, b'.')
        carrier.join()
        for descriptor in (*ends, stop, stopper):
            os.close(descriptor)


def tunnel_of_a_program(context, wire, family):
    """As WireGuard's: a device of 1420 bytes between routers 1 and 3, behind which a program carries the packets."""
    with lab.Lab(ROUTERS) as chain:
        ends = [tun_device(chain, 1), tun_device(chain, 3)]
        for node in (1, 3):
            chain.ip(node, ['link set tunnel mtu 1420 up'])
        with carried(ends):
            through_tunnel(context, chain, wire, family, 1420)


def may_be_cut(context, wire):
    """Router 2 clears the bit that forbids fragments, and router 3 cuts. Without privilege nothing shows that: nothing is certain."""
    with lab.Lab(ROUTERS) as chain:
        narrow(chain, 3, 1400)
        chain.nft(2, 'forward: ip frag-off set ip frag-off & 0xbfff')
        trace = measured(context, chain, wire, 4)
        finding, = trace.findings
        assert finding.id == 'pmtu' and finding.confidence != 'certain', f'nothing certain wanted\n{trace}'
        if wire == 'raw':
            trace.expect_status(1)
            assert f'cleared after hop 2 ({chain.hops(4)[1]}), at or before hop 3 (' in trace.out, f'where wanted\n{trace}'
            assert f'hop 4 ({chain.hops(4)[3]}) got pieces' in trace.out, f'pieces wanted\n{trace}'
        else:
            trace.expect_status(0)
            assert 'otherwise a router lets packets be cut' in trace.out, f'that wanted\n{trace}'


def behind_a_trace(context, wire, family):
    with lab.Lab(ROUTERS) as chain:
        narrow(chain, NARROW, 1400)
        without_messages(chain, NARROW)
        trace = findings.found(context, chain, wire, family, 'icmp', '--mtu').expect_status(1)
        assert [finding.id for finding in trace.findings] == ['reached', 'pmtu', 'pmtu-blackhole'], f'these wanted\n{trace}'


def tcp_without_privilege(context):
    chain = context.chain(ROUTERS)
    measured(context, chain, 'dgram', 4, '-M', 'tcp').expect_one_line_of_error('TCP probes', '--wire raw')


def rows():
    per_wire = findings.per_wire
    yield from per_wire('clear', clear)
    yield from per_wire('narrow link that says so', said, mtu=(1400, 1280))
    yield from per_wire('black hole', black_hole, mtu=(1400, 1280))
    yield from per_wire('messages filtered on the way', filtered_on_the_way)
    yield from per_wire('ends of a link that disagree', mismatched)
    yield from per_wire('ends of the first link that disagree', mismatched_here)
    yield from per_wire('black hole, default rate limits', limited)
    yield from per_wire('several narrow links', several)
    yield from per_wire('jumbo frames', jumbo)
    yield from per_wire('narrow outgoing link', own_link)
    yield from per_wire('wrong path MTU remembered', remembered)
    yield from per_wire('route with an MTU', route_with_mtu)
    yield from per_wire('large pings ignored', large_pings_ignored)
    yield from per_wire('black hole on the last link', narrow_last_link)
    yield from per_wire('silent host', silent_host)
    yield from per_wire('silent router', silent_router)
    yield from per_wire('narrow way back', narrow_way_back)
    yield from per_wire('tunnel of a program', tunnel_of_a_program)
    for wire, kind in itertools.product(WIRES, TUNNELS):
        yield f'{kind} tunnel, {wire}', functools.partial(tunnel, wire=wire, kind=kind)
    for wire in WIRES:
        yield f'fragments allowed, {wire}', functools.partial(may_be_cut, wire=wire)
    yield from per_wire('behind a trace', behind_a_trace)
    yield 'TCP without privilege', tcp_without_privilege


SCENARIOS = list(rows())
