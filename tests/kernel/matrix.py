# SPDX-License-Identifier: MIT
"""Every method, family and wire through chains of 1, 8 and 20 routers: the printed addresses exactly right, nothing lost, status 0,
several runs in a row. Unprivileged runs are those of uid 65534 with ping sockets allowed and forbidden."""
import functools
import itertools

import lab

LENGTHS = (1, 8, 20)
METHODS = ('icmp', 'udp', 'udp-classic', 'tcp', 'tcp-ack', 'icmp-timestamp', 'udplite', 'sctp', 'dccp', 'raw', 'raw:gre')
# what no ordinary socket sends
RAW_ONLY = ('tcp-ack', 'icmp-timestamp', 'sctp', 'dccp', 'raw', 'raw:gre') + (() if lab.kernel_speaks('UDP-Lite') else ('udplite',))
IPV4_ONLY = ('icmp-timestamp',)

# wire: (--wire, uid, file capability, who may open ping sockets)
WIRES = {
    'raw as root': ('raw', None, None, lab.PING_CLOSED),
    'raw by file capability': ('raw', lab.NOBODY, 'cap_net_raw', lab.PING_CLOSED),
    'dgram, ping open': ('dgram', lab.NOBODY, None, lab.PING_OPEN),
    'dgram, ping closed': ('dgram', lab.NOBODY, None, lab.PING_CLOSED),
}


def right_each_time(context, routers, family, method, wire_name):
    wire, uid, capability, ping_group = WIRES[wire_name]
    chain = context.chain(routers)
    chain.ping_group(ping_group)
    for _ in range(context.repetitions):
        trace = context.sonde.trace(chain, '--wire', wire, '-M', method, chain.target(family), uid=uid, capability=capability)
        trace.expect_status(0).expect_hops(chain.hops(family)).expect_no_loss()


def icmp_refused(context, family):
    """Asked for by name, icmp without ping sockets is a matter of privilege, said in one line with the way out."""
    chain = context.chain(1)
    chain.ping_group(lab.PING_CLOSED)
    trace = context.sonde.trace(chain, '--wire', 'dgram', '-M', 'icmp', chain.target(family), uid=lab.NOBODY)
    trace.expect_status(3).expect_one_line_of_error('ping_group_range')
    assert not trace.rows, f'no row wanted\n{trace}'


def method_refused(context, family, method):
    """What no ordinary socket sends is refused without the capability, in one line that names the wire that can."""
    chain = context.chain(1)
    trace = context.sonde.trace(chain, '-M', method, chain.target(family), uid=lab.NOBODY)
    trace.expect_status(3).expect_one_line_of_error('--wire raw')
    assert f'method {method.split(":")[0]} ' in trace.err and not trace.rows, f'{method} named and no row wanted\n{trace}'


def method_of_other_family(context, method):
    """A method that IPv6 does not have is refused in one line, whoever asks."""
    chain = context.chain(1)
    trace = context.sonde.trace(chain, '-M', method, chain.target(6))
    trace.expect_status(2).expect_one_line_of_error('does not exist over IPv6')


def default_method(context, family, ping_group, wanted):
    """Not asked for: icmp where ping sockets are allowed, else udp, and the header line says so."""
    chain = context.chain(8)
    chain.ping_group(ping_group)
    trace = context.sonde.trace(chain, chain.target(family), uid=lab.NOBODY)
    trace.expect_status(0).expect_hops(chain.hops(family)).expect_no_loss()
    header = trace.out.splitlines()[0]
    assert wanted in header.lower() and 'dgram' in header.lower(), f'"{wanted}" and "dgram" wanted in the first line\n{trace}'


def what_is_lost(context):
    """Without a capability the program chooses the unprivileged wire and says in one line what would give the rest back."""
    chain = context.chain(1)
    chain.ping_group(lab.PING_OPEN)
    trace = context.sonde.trace(chain, '-M', 'udp', chain.target(4), uid=lab.NOBODY).expect_status(0)
    lines = [line for line in (trace.out + trace.err).splitlines() if 'setcap cap_net_raw' in line]
    assert len(lines) == 1, f'one line with the setcap command wanted\n{trace}'


def raw_refused(context):
    """The raw wire by name, without the capability."""
    chain = context.chain(1)
    trace = context.sonde.trace(chain, '--wire', 'raw', chain.target(4), uid=lab.NOBODY)
    trace.expect_status(3).expect_one_line_of_error('setcap')


def said_by_target(context, family, method, protocol, name, wanted):
    """What a real kernel without the protocol says of it, and what is made of that; with the protocol, that nobody listens."""
    chain = context.chain(3)
    trace = context.sonde.trace(chain, '--findings', '-M', method, chain.target(family))
    trace.expect_status(0).expect_hops(chain.hops(family)).expect_no_loss().expect_found('reached', 4, chain.target(family), 0)
    if name and lab.kernel_speaks(name):
        assert wanted in trace.out, f'"{wanted}" wanted\n{trace}'
        return
    trace.expect_mark(4, '!P')
    words = f'Reached {chain.target(family)} in 4 hops; the host is there, but does not serve IP protocol {protocol}.'
    assert words in trace.out, f'"{words}" wanted\n{trace}'


def refused_on_the_way(context, family):
    """The same message in a router's name is a refusal."""
    chain = context.chain(3)
    chain.nft(2, 'forward: ip protocol 132 reject with icmp type prot-unreachable',
              'forward: meta nfproto ipv6 meta l4proto 132 reject with icmpv6 type admin-prohibited')
    trace = context.sonde.trace(chain, '-M', 'sctp', chain.target(family)).expect_status(1)
    assert 'are not let through' in trace.out, f'a refusal wanted\n{trace}'


# method, IP protocol, its row in /proc/net/protocols, what a kernel that has it says of a closed port
PROTOCOLS = (('sctp', 132, 'SCTP', 'the SCTP port is closed'), ('dccp', 33, 'DCCP', 'the DCCP port is closed'),
             ('udplite', 136, 'UDP-Lite', 'the port is closed'), ('raw:gre', 47, None, None), ('raw', 253, None, None))


def rows():
    for routers, family, method, wire in itertools.product(LENGTHS, (4, 6), METHODS, WIRES):
        if method in IPV4_ONLY and family == 6:
            continue  # it does not exist
        if method == 'icmp' and wire == 'dgram, ping closed':
            continue  # stands below: it is refused
        if method in RAW_ONLY and wire.startswith('dgram'):
            continue  # stands below, too
        job = functools.partial(right_each_time, routers=routers, family=family, method=method, wire_name=wire)
        yield f'{routers} routers, IPv{family} {method}, {wire}', job
    for family, method in itertools.product((4, 6), RAW_ONLY):
        if method in IPV4_ONLY and family == 6:
            yield f'IPv6 {method} does not exist', functools.partial(method_of_other_family, method=method)
            continue
        yield f'IPv{family} {method} without privilege ends with status 3', functools.partial(method_refused, family=family, method=method)
    for family, protocol in itertools.product((4, 6), PROTOCOLS):
        method, number, name, wanted = protocol
        job = functools.partial(said_by_target, family=family, method=method, protocol=number, name=name, wanted=wanted)
        yield f'IPv{family} what the target says of {method}', job
    for family in (4, 6):
        yield f'IPv{family} sctp refused on the way', functools.partial(refused_on_the_way, family=family)
    for family in (4, 6):
        yield f'IPv{family} icmp without ping sockets ends with status 3', functools.partial(icmp_refused, family=family)
        for ping_group, wanted in ((lab.PING_OPEN, 'icmp'), (lab.PING_CLOSED, 'udp')):
            job = functools.partial(default_method, family=family, ping_group=ping_group, wanted=wanted)
            yield f'IPv{family} default is {wanted} where ping sockets are {"open" if wanted == "icmp" else "closed"}', job
    yield 'the setcap command is named once', what_is_lost
    yield 'raw without the capability ends with status 3', raw_refused


SCENARIOS = list(rows())
