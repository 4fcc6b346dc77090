# SPDX-License-Identifier: MIT
"""What is found where real routers and hosts drop, refuse, miss a route or a neighbour: the finding's id, hop and address, the exit
status, and that nothing else is found. Every scenario has a chain of its own."""
import concurrent.futures
import functools
import itertools

import lab

ROUTERS = 3
METHODS = ('icmp', 'udp', 'tcp')
WIRES = ('raw', 'dgram')
FAMILIES = (4, 6)
# What a packet filter calls the probes of a method, to all ports.
PACKETS = {'icmp': ('icmp type echo-request', 'icmpv6 type echo-request'), 'udp': ('meta l4proto udp',), 'tcp': ('meta l4proto tcp',)}


def found(context, chain, wire, family, method, *options, target=None):
    """--no-wait: silence is short where nothing late is wanted."""
    chain.ping_group(lab.PING_OPEN)
    uid = lab.NOBODY if wire == 'dgram' else None
    return context.sonde.trace(chain, '--findings', '--wire', wire, '-M', method, *options, target or chain.target(family), uid=uid)


def quickly(context, chain, wire, family, method, *options, target=None):
    return found(context, chain, wire, family, method, '--no-wait', *options, target=target)


def in_both_families(context, job):
    """What takes seconds of waiting, at once: job(family)."""
    context.sonde.copy()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        list(pool.map(job, FAMILIES))


def reached(trace, chain, family):
    trace.expect_found('reached', ROUTERS + 1, chain.target(family), 0, distance=ROUTERS + 1)


def filtered(hook, method, verdict):
    return [f'{hook}: {packets} {verdict}' for packets in PACKETS[method]]


# --- nothing is wrong ---

def healthy(context, wire, family):
    """A closed port is an answer, too."""
    chain = context.chain(ROUTERS)
    for method in (*METHODS, 'tcp:81', 'udp-classic'):
        reached(quickly(context, chain, wire, family, method), chain, family)


def silent_router(context, wire, family):
    with lab.Lab(ROUTERS) as chain:
        chain.nft(2, 'output: icmp type time-exceeded drop', 'output: icmpv6 type time-exceeded drop')
        for method in METHODS:
            reached(quickly(context, chain, wire, family, method), chain, family)


def translated_target(context, wire, family):
    """Router 2's own address is asked, and what it passes on to is the host: all behind speak in its name."""
    with lab.Lab(ROUTERS) as chain:
        name = 'ip' if family == 4 else 'ip6'
        asked, inner = chain.hops(family)[1], chain.target(family)
        chain.feed_nft(2, f'table {name} nat {{ chain pre {{ type nat hook prerouting priority -100; {name} daddr {asked} udp dport 33434 '
                          f'dnat to {inner}; }}; }}')
        trace = quickly(context, chain, wire, family, 'udp', target=asked)
        trace.expect_found('destination-nat', 2, asked, 0, also=('reached',))
        trace.expect_found('reached', ROUTERS + 1, asked, 0, also=('destination-nat',))


# --- dropped in silence ---

def dropped_protocol(context, wire, family, method):
    """By router 2, which looks at the TTL first: it still answers itself. Other protocols pass."""
    with lab.Lab(ROUTERS) as chain:
        chain.nft(2, *filtered('forward', method, 'drop'))
        for other in METHODS:
            trace = quickly(context, chain, wire, family, other)
            if other == method:
                trace.expect_found('stops-silent', 2, chain.hops(family)[1], 1, last_answering_hop=2)
            else:
                reached(trace, chain, family)


def dropped_port(context, wire, family, method, port):
    with lab.Lab(ROUTERS) as chain:
        chain.nft(2, f'forward: {method} dport {port} drop')
        trace = quickly(context, chain, wire, family, f'{method}:{port}')
        trace.expect_found('stops-silent', 2, chain.hops(family)[1], 1, last_answering_hop=2)
        reached(quickly(context, chain, wire, family, method), chain, family)


def dropped_before_ttl(context, wire, family):
    """A filter that comes before the TTL takes its own router out of the trace."""
    with lab.Lab(ROUTERS) as chain:
        chain.nft(2, *filtered('prerouting', 'udp', 'drop'))
        quickly(context, chain, wire, family, 'udp').expect_found('stops-silent', 1, chain.hops(family)[0], 1)


def dropped_by_first(context, wire, family):
    """Nothing at all answers: no hop, nobody. Without privilege this machine may be what drops the answers, and that is said."""
    also = ('local-input-filter',) if wire == 'dgram' else ()
    with lab.Lab(ROUTERS) as chain:
        chain.nft(1, *filtered('prerouting', 'udp', 'drop'))
        quickly(context, chain, wire, family, 'udp').expect_found('stops-silent', None, None, 1, also, last_answering_hop=0)


def dropped_by_target(context, wire, family, method):
    with lab.Lab(ROUTERS) as chain:
        chain.nft(chain.host, *filtered('input', method, 'drop'))
        trace = quickly(context, chain, wire, family, method)
        trace.expect_found('stops-silent', ROUTERS, chain.hops(family)[ROUTERS - 1], 1)


# --- refused aloud ---

# (family, nft's name of the code): (finding, ICMP code among its numbers)
CODES = {
    (4, 'net-unreachable'): ('net-unreachable', 0),
    (4, 'host-unreachable'): ('host-unreachable', 1),
    (4, 'prot-unreachable'): ('unreachable', 2),
    (4, 'port-unreachable'): ('port-unreachable-by-middlebox', None),
    (4, 'net-prohibited'): ('admin-prohibited', 9),
    (4, 'host-prohibited'): ('admin-prohibited', 10),
    (4, 'admin-prohibited'): ('admin-prohibited', 13),
    (6, 'no-route'): ('net-unreachable', 0),
    (6, 'admin-prohibited'): ('admin-prohibited', 1),
    (6, 'addr-unreachable'): ('host-unreachable', 3),
    (6, 'port-unreachable'): ('port-unreachable-by-middlebox', None),
    (6, 'policy-fail'): ('admin-prohibited', 5),
    (6, 'reject-route'): ('admin-prohibited', 6),
}


def rejecting(family, name):
    return f'reject with {"icmp" if family == 4 else "icmpv6"} type {name}'


def rejected(context, wire, family, name):
    """By router 2, all that it would pass on."""
    rule, code = CODES[family, name]
    with lab.Lab(ROUTERS) as chain:
        chain.nft(2, f'forward: meta nfproto ipv{family} {rejecting(family, name)}')
        for method in METHODS:
            trace = quickly(context, chain, wire, family, method)
            trace.expect_found(rule, 2, chain.hops(family)[1], 1, **({} if code is None else {'icmp_code': code}))


def rejected_port(context, wire, family):
    with lab.Lab(ROUTERS) as chain:
        chain.nft(2, 'forward: tcp dport 22 reject with icmpx type admin-prohibited')
        trace = quickly(context, chain, wire, family, 'tcp:22')
        trace.expect_found('admin-prohibited', 2, chain.hops(family)[1], 1)
        reached(quickly(context, chain, wire, family, 'tcp'), chain, family)


def rejected_by_target(context, wire, family):
    """In its own name: prohibited is no arrival, a port that is closed by a rule instead of by nobody's listening is."""
    with lab.Lab(ROUTERS) as chain:
        chain.nft(chain.host, 'input: udp dport 53 reject with icmpx type admin-prohibited',
                  'input: udp dport 33434 reject with icmpx type port-unreachable', 'input: tcp dport 443 reject with tcp reset')
        trace = quickly(context, chain, wire, family, 'udp:53')
        trace.expect_found('admin-prohibited', ROUTERS + 1, chain.target(family), 1)
        for method in ('udp', 'tcp'):
            reached(quickly(context, chain, wire, family, method), chain, family)


def reset_by_router(context, wire, family, router):
    """A reset in the target's name, and every probe past that router gets it. Its TTL speaks of one hop less than its place: so does a
    way back that is shorter by one. One trace alone has nothing that speaks against it and takes what is one hop behind the firewall for
    the target."""
    with lab.Lab(ROUTERS) as chain:
        chain.nft(router, 'forward: tcp dport 443 reject with tcp reset')
        trace = quickly(context, chain, wire, family, 'tcp')
        trace.expect_found('reached', router + 1, chain.target(family), 0, distance=router + 1)


# What has one hop left when router 2 passes it on, that is what was sent with a TTL of 3.
ENDS_AT_ROUTER_3 = {4: 'ip ttl 1', 6: 'ip6 hoplimit 1'}


def reset_in_front_of_routers(context, wire, family):
    """Routers behind the firewall still answer probes of the same flow, and the target does not: it cannot be what sent the reset. To see
    them, the trace has to ask so far before the reset comes back."""
    with lab.Lab(ROUTERS + 1) as chain:
        chain.nft(2, f'forward: {ENDS_AT_ROUTER_3[family]} tcp dport 443 reject with tcp reset')
        chain.nft(chain.host, *filtered('input', 'tcp', 'drop'))
        trace = quickly(context, chain, wire, family, 'tcp', '-N', '8')
        trace.expect_found('tcp-reset-by-middlebox', 3, chain.target(family), 1)


def reset_once(context, wire, family):
    """The target is reached in spite of the one reset that came in its name from nearer."""
    with lab.Lab(ROUTERS) as chain:
        chain.nft(2, f'forward: {ENDS_AT_ROUTER_3[family]} tcp dport 443 limit rate 1/hour burst 1 packets reject with tcp reset')
        trace = quickly(context, chain, wire, family, 'tcp')
        trace.expect_found('reached', ROUTERS + 1, chain.target(family), 0, also=('reply-from-target-early',))
        trace.expect_found('reply-from-target-early', 3, chain.target(family), 0, also=('reached',), early_answers=1)


# --- nobody there, no way there ---

def absent_host(context, wire):
    """ARP and neighbour discovery fail after three seconds, and the last router says so."""
    def traced(family):
        trace = found(context, chain, wire, family, 'udp', target=lab.address(family, ROUTERS, 77))
        trace.expect_found('host-unreachable', ROUTERS, chain.hops(family)[ROUTERS - 1], 1)
    with lab.Lab(ROUTERS) as chain:
        in_both_families(context, traced)


def absent_gateway(context, wire):
    """The same on our own link: this machine says it."""
    def traced(family):
        trace = found(context, chain, wire, family, 'udp')
        trace.expect_found('local-neighbour-missing', 1, lab.spelled(family, lab.address(family, 0, 1)), 1)
    with lab.Lab(ROUTERS) as chain:
        chain.ip(chain.client, [f'route replace default via {lab.address(family, 0, 77)}' for family in FAMILIES])
        in_both_families(context, traced)


# In IPv4 a router without a route says so five times, then once a second, whatever icmp_ratelimit says (net.ipv4.route.error_burst): one
# trace a chain, of few probes.
FEW = ('-q', '1', '-N', '1')


def without_route(context, wire, family, method):
    """Router 2 knows the way back only."""
    with lab.Lab(ROUTERS) as chain:
        chain.ip(2, [f'route del {lab.inside(family)}'])
        quickly(context, chain, wire, family, method, *FEW).expect_found('net-unreachable', 2, chain.hops(family)[1], 1)


def odd_route(context, wire, family, kind):
    """Router 2 has a route to the target that refuses. Of an unreachable one Linux says in IPv6 that there is none."""
    rule = 'admin-prohibited' if kind == 'prohibit' else 'host-unreachable' if family == 4 else 'net-unreachable'
    with lab.Lab(ROUTERS) as chain:
        chain.ip(2, [f'route add {kind} {lab.prefix(family, ROUTERS)}'])
        quickly(context, chain, wire, family, 'udp', *FEW).expect_found(rule, 2, chain.hops(family)[1], 1)


def black_hole(context, wire, family):
    """Where the way ends before the TTL is looked at: the last answer is the router's before."""
    with lab.Lab(ROUTERS) as chain:
        chain.ip(2, [f'route add blackhole {lab.prefix(family, ROUTERS)}'])
        quickly(context, chain, wire, family, 'udp').expect_found('stops-silent', 1, chain.hops(family)[0], 1)


def loop(context, wire, family):
    """Router 2 takes router 1 for the way to the target. In IPv6 router 1 answers from the address that a packet came in by: what comes
    back from router 2 is answered from another one than what comes from us, and the circle is seen from hop 2 on."""
    with lab.Lab(ROUTERS) as chain:
        chain.ip(2, [f'route add {lab.prefix(family, ROUTERS)} via {lab.address(family, 1, 1)}'])
        first = 1 if family == 4 else 2
        for method in METHODS:
            trace = quickly(context, chain, wire, family, method, '-m', '12')
            trace.expect_found('loop', first, chain.hops(family)[first - 1], 1, cycle_length=2, last_answering_hop=12)


def too_far(context, wire, family):
    with lab.Lab(ROUTERS) as chain:
        quickly(context, chain, wire, family, 'udp', '-m', '2').expect_found('ttl-too-small', 2, None, 1, max_hops=2)


# --- how well it does ---

def in_chains_of_their_own(context, routers, job):
    """job(chain, family) in both families at once. Linux rations both from one stock, and when both ask for the first of it in the same
    moment it lets one ICMP error go: hence a chain for each."""
    with lab.Lab(routers) as four, lab.Lab(routers) as six:
        chains = {4: four, 6: six}
        in_both_families(context, lambda family: job(chains[family], family))


def default_limits(context, wire):
    """More queries than a router answers at once: the pace that the trace keeps provokes nobody's limit, and nothing is found."""
    def traced(chain, family):
        chain.limit_as_linux_does(*range(1, chain.host + 1))
        reached(found(context, chain, wire, family, 'icmp', '-q', '8'), chain, family)
    in_chains_of_their_own(context, ROUTERS, traced)


def limited_router(context, wire):
    """Router 2 answers twice, then once in 30 s. The hops behind it show that the path loses nothing."""
    def traced(chain, family):
        chain.limit_as_linux_does(2, every_ms=30000)
        if family == 6:
            # Some kernels give more to whole networks than to one address that has a route of its own.
            chain.ip(2, [f'route add {lab.address(6, 0, 1)}/128 via {lab.address(6, 1, 1)}'])
        trace = found(context, chain, wire, family, 'icmp', '-q', '8')
        trace.expect_found('rate-limited-hop', 2, chain.hops(family)[1], 0, also=('reached',), probes_answered=2, probes_asked=8)
    in_chains_of_their_own(context, ROUTERS, traced)


def lossy_link(context, wire):
    """Three of ten packets get lost behind router 2, and every router has Linux's own limit: the loss is not taken for one."""
    def traced(chain, family):
        chain.limit_as_linux_does(*range(1, chain.host + 1))
        chain.nft(2, 'forward: iifname "left" numgen inc mod 10 < 3 drop')
        trace = found(context, chain, wire, family, 'icmp', '-q', '20')
        trace.expect_found('path-loss', 3, None, 0, also=('reached',), last_good_hop=2, first_bad_hop=3, lost_before=0)
        loss = next(finding for finding in trace.findings if finding.id == 'path-loss').numbers
        assert loss['loss_at_least'] < 30 < loss['loss_at_most'], f'30 % wanted within the bounds\n{trace}'
    in_chains_of_their_own(context, ROUTERS + 1, traced)


def longer_way_back(context, wire, family):
    """Router 1 sends straight to router 4, which answers by way of routers 3 and 2."""
    with lab.Lab(5) as chain:
        chain.add_bypass(to=4, start=1)
        chain.ip(1, [f'route replace {lab.inside(family)} via {lab.BYPASS_FAR if family == 4 else lab.BYPASS_FAR6}'])
        by = chain.hops(4)[3] if family == 4 else lab.BYPASS_FAR6
        trace = quickly(context, chain, wire, family, 'icmp')
        trace.expect_found('asymmetric-return', 2, by, 0, also=('reached',), hops_more=2, hops_agreeing=3)
        trace.expect_found('reached', 4, chain.target(family), 0, also=('asymmetric-return',), distance=4)


# --- this machine ---

def local_drop(context, wire, family, method):
    """Of a SYN that it drops connect() says nothing; the unprivileged wire finds out after a second, which --no-wait does not wait."""
    with lab.Lab(ROUTERS) as chain:
        chain.nft(chain.client, *filtered('output', method, 'drop'))
        found(context, chain, wire, family, method).expect_found('local-firewall', None, None, 2)


def local_without_route(context, wire, family):
    """There is no trace then, but a finding."""
    with lab.Lab(1) as chain:
        chain.ip(chain.client, [f'route del default via {lab.address(family, 0, 2)}'])
        quickly(context, chain, wire, family, 'udp').expect_found('local-no-route', None, None, 2)


def local_link_down(context, wire, family):
    with lab.Lab(1) as chain:
        chain.ip(chain.client, ['link set right down'])
        quickly(context, chain, wire, family, 'udp', '-i', 'right').expect_found('local-link-down', None, None, 2)


def per_wire(title, job, **choices):
    """Rows for both wires, both families and all combinations of the choices."""
    for wire, family, *values in itertools.product(WIRES, FAMILIES, *choices.values()):
        named = dict(zip(choices, values))
        yield ', '.join([title, *map(str, values), f'IPv{family}', wire]), functools.partial(job, wire=wire, family=family, **named)


def rows():
    yield from per_wire('healthy', healthy)
    yield from per_wire('silent router', silent_router)
    yield from per_wire('translated target', translated_target)
    yield from per_wire('dropped by protocol', dropped_protocol, method=METHODS)
    for method, port in (('udp', 53), ('tcp', 22)):
        yield from per_wire(f'dropped by port, {method}:{port}', functools.partial(dropped_port, method=method, port=port))
    yield from per_wire('dropped before the TTL', dropped_before_ttl)
    yield from per_wire('dropped by the first router', dropped_by_first)
    yield from per_wire('dropped by the target', dropped_by_target, method=METHODS)
    for wire, (family, name) in itertools.product(WIRES, CODES):
        yield f'rejected with {name}, IPv{family}, {wire}', functools.partial(rejected, wire=wire, family=family, name=name)
    yield from per_wire('rejected by port', rejected_port)
    yield from per_wire('rejected by the target', rejected_by_target)
    yield from per_wire('reset by router', reset_by_router, router=(1, 2))
    yield from per_wire('reset in front of routers', reset_in_front_of_routers)
    yield from per_wire('reset once', reset_once)
    for wire in WIRES:
        yield f'absent host, both families, {wire}', functools.partial(absent_host, wire=wire)
        yield f'absent gateway, both families, {wire}', functools.partial(absent_gateway, wire=wire)
    yield from per_wire('router without a route', without_route, method=METHODS)
    yield from per_wire('route that says', odd_route, kind=('unreachable', 'prohibit'))
    yield from per_wire('black hole', black_hole)
    yield from per_wire('loop', loop)
    yield from per_wire('farther than -m', too_far)
    yield 'default rate limits, both families', functools.partial(default_limits, wire='raw')
    yield 'a router with a limit, both families', functools.partial(limited_router, wire='raw')
    yield 'a link that loses 30 %, both families', functools.partial(lossy_link, wire='raw')
    yield from per_wire('longer way back', longer_way_back)
    yield from per_wire('no route on this machine', local_without_route)
    yield from per_wire('interface down', local_link_down)
    yield from per_wire('local output drop', local_drop, method=METHODS)


SCENARIOS = list(rows())
