# SPDX-License-Identifier: MIT
"""What real routers do to the probes, told from the copies that come back: router 2 rewrites them by nftables, a witness on its wire
proves that it does, and sonde has to name the change, its values and the hops between which it happens, and nothing else."""
import functools
import itertools
import socket
import struct

import lab
import sent

ROUTERS = 4
REWRITER = 2
FAMILIES = (4, 6)
EF, AF11 = 46, 10
ECT1, ECT0, CE = 1, 2, 3
# Addresses of the client's link that nobody has: only translators speak of them.
OTHER, ANOTHER = {4: '10.0.0.77', 6: 'fd00::77'}, {4: '10.0.0.78', 6: 'fd00::78'}
FORWARD, PREROUTING = 'forward', 'prerouting'


def word(packet, at):
    return struct.unpack('!H', packet[at:at + 2])[0]


def upper(packet):
    return packet[20 if packet[0] >> 4 == 4 else 40:]


def options(packet):
    """The TCP options of a packet, by kind: RFC 9293 section 3.1."""
    segment, found, at = upper(packet), {}, 20
    while at < (segment[12] >> 4) * 4 and segment[at]:
        length = 1 if segment[at] == 1 else segment[at + 1]
        found[segment[at]] = segment[at + 2:at + length]
        at += length
    return found


def source(packet):
    return socket.inet_ntop(socket.AF_INET, packet[12:16]) if packet[0] >> 4 == 4 else socket.inet_ntop(socket.AF_INET6, packet[8:24])


def ttl(packet):
    return packet[8] if packet[0] >> 4 == 4 else packet[7]


def words_of(family):
    """What nftables calls things in a family."""
    return {'ip': 'ip' if family == 4 else 'ip6', 'ttl': 'ip ttl' if family == 4 else 'ip6 hoplimit',
            'other': OTHER[family], 'another': ANOTHER[family], 'client': lab.address(family, 0, 1)}


def rewrite(chain, family, node, **rules):
    """hook=rules: in the mangle priority of that hook."""
    name = 'ip' if family == 4 else 'ip6'
    for hook, lines in rules.items():
        chain.feed_nft(node, f'table {name} {hook} {{ chain {hook} {{ type filter hook {hook} priority -150;',
                       *(line.format(**words_of(family)) for line in lines), '}', '}')


def route_back(chain, family):
    """What is translated to router 2's outer address comes back there: the lab knows the way to its ends only."""
    for node in range(REWRITER + 2, chain.host):
        chain.ip(node, [f'route add {lab.prefix(family, REWRITER)} via {lab.address(family, node - 1, 1)}'])


def trace(context, chain, family, method, *more, wire='raw', target=None):
    """A run with its findings, and the probes that router 2 sent on meanwhile."""
    chain.ping_group(lab.PING_OPEN)
    with chain.listening(REWRITER, 'right', socket.PACKET_OUTGOING) as went:
        run = context.sonde.trace(chain, '--findings', '--no-wait', '--wire', wire, '-M', method, *more, target or chain.target(family),
                                  uid=lab.NOBODY if wire == sent.DGRAM else None)
        packets = [packet for packet in went() if packet[0] >> 4 == family]
    name = method.partition(':')[0]
    return run, [packet for packet in packets if sent.read(packet).protocol == sent.NUMBERS[name][family] and sent.is_probe(packet, name)]


def witnessed(run, probes, changed):
    assert probes, f'no probe passed router {REWRITER}\n{run}'
    unchanged = [probe.hex() for probe in probes if not changed(probe)]
    assert not unchanged, f'the router did not change these: {unchanged}\n{run}'


def found(context, family, method, asked, rule, changed, finding, hook=FORWARD, **numbers):
    """Behind the TTL the rewriter's own copies are as sent: the change stands between it and the next. Before it, it shows it itself."""
    with lab.Lab(ROUTERS) as chain:
        rewrite(chain, family, REWRITER, **{hook: [rule]})
        run, probes = trace(context, chain, family, method, *asked)
        witnessed(run, probes, changed)
        last = REWRITER + (hook == FORWARD)
        run.expect_hops(chain.hops(family))
        run.expect_found(finding, last - 1, None, 0, also=('reached',), **numbers)
        place = next(one for one in run.findings if one.id == finding)
        assert place.last_hop == last, f'{finding} up to hop {last} wanted\n{run}'


# title: (families, methods, options, rule, what the witness sees, finding, its numbers)
CHANGES = {
    'DSCP': (FAMILIES, ('icmp', 'udp', 'tcp'), ('--dscp', 'ef'), '{ip} dscp set 10', lambda p: sent.read(p).tos >> 2 == AF11,
             'dscp-rewritten', {'from': EF, 'to': AF11}),
    'ECN cleared': (FAMILIES, ('icmp', 'udp', 'tcp'), ('--ecn', 'ect0'), '{ip} ecn set not-ect', lambda p: sent.read(p).tos & 3 == 0,
                    'ecn-bleached', {'from': ECT0, 'to': 0}),
    'ECT(0) becomes ECT(1)': (FAMILIES, ('udp',), ('--ecn', 'ect0'), '{ip} ecn set ect1', lambda p: sent.read(p).tos & 3 == ECT1,
                              'ecn-rewritten', {'from': ECT0, 'to': ECT1}),
    'flow label': ((6,), ('icmp', 'udp', 'tcp'), ('--flow-label', '0x12345'), 'ip6 flowlabel set 0', lambda p: sent.read(p).label == 0,
                   'flow-label-rewritten', {'from': 0x12345, 'to': 0}),
    'DF cleared': ((4,), ('icmp', 'udp', 'tcp'), (), 'ip frag-off set 0', lambda p: not sent.read(p).df, 'fragment', {'df': 0}),
    'MSS clamped': (FAMILIES, ('tcp', 'tcp:81'), ('--tcp-options', 'mss=1400,sack,ts,ws=7'), 'tcp option maxseg size set 1200',
                    lambda p: options(p)[2] == b'\x04\xb0', 'mss-clamped', {'from': 1400, 'to': 1200}),
    'SACK stripped': (FAMILIES, ('tcp', 'tcp:81'), ('--tcp-options', 'mss=1400,sack,ts,ws=7'), 'reset tcp option sack-perm',
                      lambda p: 4 not in options(p) and 8 in options(p), 'tcp-options-stripped', {'options_missing': 1}),
    'timestamps and window scale stripped': (
        FAMILIES, ('tcp',), ('--tcp-options', 'mss=1400,sack,ts,ws=7'), 'reset tcp option timestamp; reset tcp option window',
        lambda p: not {3, 8} & set(options(p)) and 4 in options(p), 'tcp-options-stripped', {'options_missing': 2}),
}


def change_rows():
    for title, (families, methods, asked, rule, changed, finding, numbers) in CHANGES.items():
        for family, method in itertools.product(families, methods):
            yield (f'{title}, IPv{family} {method}',
                   functools.partial(found, family=family, method=method, asked=asked, rule=rule, changed=changed, finding=finding,
                                     **numbers))
    dscp = CHANGES['DSCP']
    for family in FAMILIES:
        yield (f'DSCP before the TTL, IPv{family}: the router shows it itself',
               functools.partial(found, family=family, method='udp', asked=dscp[2], rule=dscp[3], changed=dscp[4], finding=dscp[5],
                                 hook=PREROUTING, **dscp[6]))


def ce_marked(context, family):
    """A mark of congestion is no wrong: it is told at the first hop that shows it."""
    with lab.Lab(ROUTERS) as chain:
        rewrite(chain, family, REWRITER, forward=['{ip} ecn ect0 {ip} ecn set ce'])
        run, probes = trace(context, chain, family, 'udp', '--ecn', 'ect0')
        witnessed(run, probes, lambda p: sent.read(p).tos & 3 == CE)
        run.expect_found('ecn-ce-marked', REWRITER + 1, None, 0, also=('reached',), sent_as=ECT0)


# --- translators ---

def masquerade(context, family, method):
    """Linux puts every copy back to what was sent (RFC 5508 section 4.2): the path is right, and nothing is told, as nothing shows."""
    with lab.Lab(ROUTERS) as chain:
        chain.feed_nft(REWRITER, f'table {words_of(family)["ip"]} nat {{ chain post {{ type nat hook postrouting priority 100; '
                                 'oifname right masquerade; }; }')
        route_back(chain, family)
        run, probes = trace(context, chain, family, method)
        witnessed(run, probes, lambda p: source(p) == lab.spelled(family, lab.address(family, REWRITER, 1)))
        run.expect_hops(chain.hops(family)).expect_no_loss().expect_found('reached', ROUTERS + 1, chain.target(family), 0)


def double_masquerade(context, family, method):
    with lab.Lab(ROUTERS) as chain:
        for node in (REWRITER, REWRITER + 1):
            chain.feed_nft(node, f'table {words_of(family)["ip"]} nat {{ chain post {{ type nat hook postrouting priority 100; '
                                 f'oifname right meta l4proto {{ tcp, udp }} masquerade to :{node}000-{node}999; '
                                 'oifname right masquerade; }; }')
        run, probes = trace(context, chain, family, method)
        witnessed(run, probes, lambda p: source(p) == lab.spelled(family, lab.address(family, REWRITER, 1)))
        run.expect_hops(chain.hops(family)).expect_no_loss().expect_found('reached', ROUTERS + 1, chain.target(family), 0)


def stateless(context, family, method):
    """A translator without a memory changes the source there and the destination back, and leaves the copies as it finds them."""
    with lab.Lab(ROUTERS) as chain:
        rewrite(chain, family, REWRITER, forward=['iifname left {ip} saddr {client} {ip} saddr set {other}'],
                prerouting=['iifname right {ip} daddr {other} {ip} daddr set {client}'])
        run, probes = trace(context, chain, family, method)
        witnessed(run, probes, lambda p: source(p) == lab.spelled(family, OTHER[family]))
        run.expect_hops(chain.hops(family))
        run.expect_found('nat', REWRITER, lab.spelled(family, OTHER[family]), 0, also=('reached',), translator=1)


def stateless_twice(context, family, method):
    """The next router translates what this one has translated: two are told, each in its place."""
    with lab.Lab(ROUTERS) as chain:
        rewrite(chain, family, REWRITER, forward=['iifname left {ip} saddr {client} {ip} saddr set {other}'],
                prerouting=['iifname right {ip} daddr {other} {ip} daddr set {client}'])
        rewrite(chain, family, REWRITER + 1, forward=['iifname left {ip} saddr {other} {ip} saddr set {another}'],
                prerouting=['iifname right {ip} daddr {another} {ip} daddr set {other}'])
        run, probes = trace(context, chain, family, method)
        witnessed(run, probes, lambda p: source(p) == lab.spelled(family, OTHER[family]))
        run.expect_hops(chain.hops(family))
        run.expect_found('nat', REWRITER, lab.spelled(family, OTHER[family]), 0, also=('nat', 'reached'), translator=1)
        second = [one for one in run.findings if one.id == 'nat'][1]
        assert (second.first_hop, second.last_hop, second.by) == (REWRITER + 1, REWRITER + 2, lab.spelled(family, ANOTHER[family])), \
            f'the second translator wanted\n{run}'


def ports_only(context, family, end):
    """The addresses stay, one port does not."""
    with lab.Lab(ROUTERS) as chain:
        rewrite(chain, family, REWRITER, forward=[f'iifname left udp dport 33434 udp {end} set 1234'])
        run, probes = trace(context, chain, family, 'udp')
        witnessed(run, probes, lambda p: word(upper(p), 0 if end == 'sport' else 2) == 1234)
        run.expect_hops(chain.hops(family)).expect_found('nat', REWRITER, None, 0, also=('reached',), translator=1)


def checksum_left_out(context):
    """UDP over IPv4 may go without (RFC 768): who takes it out is no translator."""
    with lab.Lab(ROUTERS) as chain:
        rewrite(chain, 4, REWRITER, forward=['iifname left udp checksum set 0'])
        run, probes = trace(context, chain, 4, 'udp')
        witnessed(run, probes, lambda p: word(upper(p), 6) == 0)
        run.expect_hops(chain.hops(4)).expect_found('reached', ROUTERS + 1, chain.target(4), 0)


def checksum_spoiled(context, family, method):
    """Routers pass it on, the host drops it without a word: the copies of those behind router 2 say why it is silent."""
    with lab.Lab(ROUTERS) as chain:
        rewrite(chain, family, REWRITER, forward=[f'iifname left {method} checksum set 0x1234'])
        run, probes = trace(context, chain, family, method)
        witnessed(run, probes, lambda p: word(upper(p), 6 if method == 'udp' else 16) == 0x1234)
        run.expect_status(1).expect_found('checksum-spoiled', REWRITER, None, 1, also=('stops-silent',))


def answers_damaged(context):
    """Router 2 spoils the checksums of the errors that come back through it: over TCP the host is reached, and the rows in between look
    silent. Only IPv4: a raw socket of ICMPv6 never gets such a packet."""
    with lab.Lab(ROUTERS) as chain:
        rewrite(chain, 4, REWRITER, forward=['iifname right meta l4proto icmp icmp checksum set 0x1234'])
        run, _ = trace(context, chain, 4, 'tcp')
        run.expect_hops([*chain.hops(4)[:REWRITER], *['*'] * (ROUTERS - REWRITER), chain.target(4)])
        run.expect_status(0).expect_found('answers-damaged', REWRITER + 1, None, 0, also=('reached',))


def published(context, family):
    """Router 2's own address is asked, and the host answers: no copy shows the host's address, but who answers beyond its own hop does."""
    with lab.Lab(ROUTERS) as chain:
        asked, ip = chain.hops(family)[REWRITER - 1], words_of(family)['ip']
        chain.feed_nft(REWRITER, f'table {ip} nat {{ chain pre {{ type nat hook prerouting priority -100; {ip} daddr {asked} '
                                 f'dnat to {chain.target(family)}; }}; }}')
        run, probes = trace(context, chain, family, 'udp', target=asked)
        assert probes, f'nothing was passed on\n{run}'
        run.expect_found('destination-nat', REWRITER, asked, 0, also=('reached',))


# --- the TTL ---

def ttl_set(context, family):
    """Every probe goes on from router 2 with a TTL of 9: the hops behind it vanish, and the copies of the host tell why."""
    with lab.Lab(ROUTERS) as chain:
        rewrite(chain, family, REWRITER, forward=['iifname left {ttl} set 9'])
        run, probes = trace(context, chain, family, 'udp')
        witnessed(run, probes, lambda p: ttl(p) == 9)
        run.expect_hops([*chain.hops(family)[:REWRITER], chain.target(family)])
        # Two routers are left on the way.
        run.expect_found('ttl-rewritten', REWRITER, None, 0, also=('reached',), arrived_ttl=9 - (ROUTERS - REWRITER))


def ttl_zero(context, family, method):
    """Router 2 sends on what should have ended at it, with a TTL of 0: the next one answers in its place."""
    with lab.Lab(ROUTERS) as chain:
        rewrite(chain, family, REWRITER, prerouting=['iifname left {ttl} 1 meta mark set 7 {ttl} set 2'],
                forward=['meta mark 7 {ttl} set 0'])
        run, probes = trace(context, chain, family, method)
        assert any(ttl(probe) == 0 for probe in probes), f'no TTL of 0 left\n{run}'
        hops = chain.hops(family)
        run.expect_hops([*hops[:REWRITER - 1], hops[REWRITER], *hops[REWRITER:]])
        run.expect_found('zero-ttl-forwarding', REWRITER, hops[REWRITER], 0, also=('reached',))


# --- pieces ---

def cut(context, method):
    """The link behind router 2 is narrow, and --no-df lets it cut the probes: the next hop's copy is of the first piece."""
    with lab.Lab(ROUTERS) as chain:
        chain.ip(REWRITER, ['link set right mtu 1000'])
        chain.ip(REWRITER + 1, ['link set left mtu 1000'])
        run, probes = trace(context, chain, 4, method, '--no-df', '--size', '1400')
        assert any(sent.fragments_of(probe) for probe in probes), f'nothing was cut\n{run}'
        run.expect_hops(chain.hops(4)).expect_found('fragment', REWRITER, None, 0, also=('reached',), packet=1400, fragment=996)


# --- several methods side by side ---

def of_some_methods(context, family):
    """Router 2 changes what is not UDP: the comparison says so, once, with who shows it and who passes."""
    with lab.Lab(ROUTERS) as chain:
        rewrite(chain, family, REWRITER, forward=['meta l4proto != udp {ip} dscp set 10'])
        methods = [word for method in ('icmp', 'udp', 'tcp:80', 'tcp:443') for word in ('-M', method)]
        with chain.listening(REWRITER, 'right', socket.PACKET_OUTGOING) as went:
            run = context.sonde.compare(chain, '--findings', '--dscp', 'ef', *methods, chain.target(family))
            packets = [packet for packet in went() if packet[0] >> 4 == family]
        marks = {name: {sent.read(packet).tos >> 2 for packet in packets
                        if sent.read(packet).protocol == sent.NUMBERS[name][family] and sent.is_probe(packet, name)}
                 for name in ('udp', 'tcp')}
        assert marks == {'udp': {EF}, 'tcp': {AF11}}, f'the router did otherwise: {marks}\n{run}'
        told = [one for one in run.findings if one.id == 'dscp-rewritten']
        assert len(told) == 1 and told[0].method is None, f'one finding about all methods wanted\n{run}'
        assert (told[0].first_hop, told[0].last_hop) == (REWRITER, REWRITER + 1), f'another place wanted\n{run}'
        wanted = {'from': EF, 'to': AF11, 'methods_showing': 3, 'methods_unchanged': 1, 'methods_blind': 0}
        assert {key: told[0].numbers.get(key) for key in wanted} == wanted, f'{wanted} wanted\n{run}'
        assert 'Seen by icmp, tcp/80 and tcp/443; udp/33434 passes unchanged.' in run.out, f'the methods by name wanted\n{run}'


# --- what does not show is not told ---

def unseen(context, family):
    """Linux' ICMP errors reach the unprivileged wire without the IP header that they quote: of its DSCP nothing is known, nothing said."""
    with lab.Lab(ROUTERS) as chain:
        rewrite(chain, family, REWRITER, forward=['{ip} dscp set 10'])
        run, probes = trace(context, chain, family, 'udp', '--dscp', 'ef', wire=sent.DGRAM)
        witnessed(run, probes, lambda p: sent.read(p).tos >> 2 == AF11)
        run.expect_hops(chain.hops(family)).expect_found('reached', ROUTERS + 1, chain.target(family), 0)


def rows():
    yield from change_rows()
    for family in FAMILIES:
        row = functools.partial(functools.partial, family=family)
        yield f'CE marked, IPv{family}', row(ce_marked)
        for method in ('icmp', 'udp', 'tcp'):
            yield f'masquerade, IPv{family} {method}: nothing shows', row(masquerade, method=method)
            yield f'two of them in a row, IPv{family} {method}: nothing shows', row(double_masquerade, method=method)
            yield f'a translator that leaves the copies, IPv{family} {method}', row(stateless, method=method)
            yield f'two of those in a row, IPv{family} {method}', row(stateless_twice, method=method)
            yield f'TTL 0 is sent on, IPv{family} {method}', row(ttl_zero, method=method)
        for end in ('sport', 'dport'):
            yield f'{end} alone, IPv{family}', row(ports_only, end=end)
        for method in ('udp', 'tcp'):
            yield f'checksum spoiled, IPv{family} {method}', row(checksum_spoiled, method=method)
        yield f'published host, IPv{family}', row(published)
        yield f'TTL set, IPv{family}', row(ttl_set)
        yield f'of some methods, IPv{family}', row(of_some_methods)
        yield f'the unprivileged wire does not see a DSCP, IPv{family}', row(unseen)
    yield 'checksum left out, IPv4 udp', checksum_left_out
    yield 'checksums of answers spoiled, IPv4', answers_damaged
    for method in ('icmp', 'udp'):
        yield f'cut behind router {REWRITER}, IPv4 {method}', functools.partial(cut, method=method)


SCENARIOS = list(rows())
