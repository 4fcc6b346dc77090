# SPDX-License-Identifier: MIT
"""What several methods side by side show of real routers and hosts that one alone does not: for each method the finding, its hop and
address, and the exit status of the comparison."""
import functools

import findings
import lab

ROUTERS = findings.ROUTERS
LABELS = {'icmp': 'icmp', 'udp': 'udp/33434', 'tcp': 'tcp/443', 'tcp:22': 'tcp/22'}
METHODS = tuple(LABELS)


def compared(context, chain, wire, family, *options, target=None):
    chain.ping_group(lab.PING_OPEN)
    uid = lab.NOBODY if wire == 'dgram' else None
    methods = [word for method in METHODS for word in ('-M', method)]
    return context.sonde.compare(chain, '--findings', '--wire', wire, *methods, *options, target or chain.target(family), uid=uid)


def reached(comparison, chain, family, *methods):
    for method in methods:
        comparison.expect_found('reached', ROUTERS + 1, chain.target(family), 0, of=LABELS[method], distance=ROUTERS + 1)


def others(*methods):
    return [other for other in METHODS if other not in methods]


def dropping(hook, methods):
    packets = findings.PACKETS | {'tcp:22': ('tcp dport 22',)}
    return [f'{hook}: {which} drop' for method in methods for which in packets[method]]


def healthy(context, wire, family):
    chain = context.chain(ROUTERS)
    comparison = compared(context, chain, wire, family).expect_status(0)
    reached(comparison, chain, family, *METHODS)


# Where a method is silent the comparison waits some seconds for a late "host unreachable": both families at once.

def dropped(context, wire, methods):
    """By router 2. What the others reach shows that it is a filter, and where it begins."""
    def traced(family):
        comparison = compared(context, chain, wire, family).expect_status(0)
        for method in methods:
            comparison.expect_found('stops-silent', 2, chain.hops(family)[1], 1, of=LABELS[method], last_answering_hop=2)
        reached(comparison, chain, family, *others(*methods))
    with lab.Lab(ROUTERS) as chain:
        chain.nft(2, *dropping('forward', methods))
        findings.in_both_families(context, traced)


def dropped_by_target(context, wire, methods):
    """Which of the silent hops is the target's is known by the others."""
    def traced(family):
        comparison = compared(context, chain, wire, family, '--require', methods[0]).expect_status(1)
        for method in methods:
            comparison.expect_found('target-silent', ROUTERS + 1, chain.target(family), 1, of=LABELS[method], last_router=ROUTERS)
        reached(comparison, chain, family, *others(*methods))
    with lab.Lab(ROUTERS) as chain:
        chain.nft(chain.host, *dropping('input', methods))
        findings.in_both_families(context, traced)


def rejected(context, wire, family):
    with lab.Lab(ROUTERS) as chain:
        chain.nft(2, 'forward: tcp dport 22 reject with icmpx type admin-prohibited')
        comparison = compared(context, chain, wire, family).expect_status(0)
        comparison.expect_found('admin-prohibited', 2, chain.hops(family)[1], 1, of='tcp/22')
        reached(comparison, chain, family, *others('tcp:22'))


def host_unreachable_by_filter(context, wire, family):
    """Router 2 says that the host is not there, and lets others pass to it."""
    with lab.Lab(ROUTERS) as chain:
        chain.nft(2, 'forward: tcp dport 22 reject with icmpx type host-unreachable')
        comparison = compared(context, chain, wire, family).expect_status(0)
        comparison.expect_found('host-unreachable', 2, chain.hops(family)[1], 1, of='tcp/22')
        reached(comparison, chain, family, *others('tcp:22'))


def reset_by_router(context, wire, family, router):
    """One trace alone takes it for the target's; by other methods a router answers where the reset came from."""
    with lab.Lab(ROUTERS) as chain:
        chain.nft(router, 'forward: tcp dport 443 reject with tcp reset')
        comparison = compared(context, chain, wire, family).expect_status(0)
        comparison.expect_found('tcp-reset-by-middlebox', router + 1, chain.target(family), 1, of='tcp/443')
        reached(comparison, chain, family, *others('tcp'))
        compared(context, chain, wire, family, '--require', 'tcp').expect_status(1)


def proxy(context, wire, family):
    """Router 2 takes connections to the target's port for its own."""
    with lab.Lab(ROUTERS) as chain:
        chain.listen(8443, node=2)
        name = 'ip' if family == 4 else 'ip6'
        chain.feed_nft(2, f'table {name} nat {{ chain pre {{ type nat hook prerouting priority -100;'
                          'tcp dport 443 redirect to :8443; }; }')
        comparison = compared(context, chain, wire, family).expect_status(0)
        comparison.expect_found('answered-for-target', 2, chain.target(family), 1, of='tcp/443')
        reached(comparison, chain, family, *others('tcp'))


def absent_host(context, wire):
    """The last router says so after three seconds; connections without privilege hear nothing that comes after one."""
    deaf = ('tcp', 'tcp:22') if wire == 'dgram' else ()

    def traced(family):
        comparison = compared(context, chain, wire, family, target=lab.address(family, ROUTERS, 77)).expect_status(1)
        for method in METHODS:
            rule = 'stops-silent' if method in deaf else 'host-unreachable'
            comparison.expect_found(rule, ROUTERS, chain.hops(family)[ROUTERS - 1], 1, of=LABELS[method])
    with lab.Lab(ROUTERS) as chain:
        findings.in_both_families(context, traced)


def local_drop(context, wire, family):
    with lab.Lab(ROUTERS) as chain:
        chain.nft(chain.client, *findings.filtered('output', 'udp', 'drop'))
        comparison = compared(context, chain, wire, family).expect_status(0)
        comparison.expect_found('local-firewall', None, None, 2, of=LABELS['udp'])
        reached(comparison, chain, family, *others('udp'))


def rows():
    yield from findings.per_wire('healthy', healthy)
    yield from findings.per_wire('rejected by port', rejected)
    yield from findings.per_wire('host unreachable for one port', host_unreachable_by_filter)
    yield from findings.per_wire('reset by router', reset_by_router, router=(1, 2))
    yield from findings.per_wire('proxy', proxy)
    yield from findings.per_wire('local output drop', local_drop)
    for wire in findings.WIRES:
        for methods in (('icmp',), ('udp', 'tcp:22')):
            named = ' and '.join(methods)
            yield f'{named} dropped by a router, both families, {wire}', functools.partial(dropped, wire=wire, methods=methods)
            yield f'{named} dropped by the target, both families, {wire}', functools.partial(dropped_by_target, wire=wire, methods=methods)
        yield f'absent host, both families, {wire}', functools.partial(absent_host, wire=wire)


SCENARIOS = list(rows())
