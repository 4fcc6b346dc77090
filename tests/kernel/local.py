# SPDX-License-Identifier: MIT
"""What the client itself keeps from the program: answers that its firewall or its check of sources drops behind the interface, resets that
do not get out. Said where it is so, with the status, and not a word of it on a machine that keeps nothing."""
import functools
import subprocess

import faults
import lab

ROUTERS = 3
DROPPED = 'no further: its own firewall drops them'
REFUSED = 'were dropped there'
HELD_BACK = 'holds resets back'
OTHER_WAY = 'another way than these probes could take'
UNTOLD = 'cannot be told'
ALL = (DROPPED, REFUSED, HELD_BACK, OTHER_WAY, UNTOLD)

# Each with the hook that drops, as `lab.nft` wants it; prerouting and ingress are other tables of the firewall.
IN = {
    'input': ('input: icmp type { echo-reply, destination-unreachable, time-exceeded } drop',
              'input: icmpv6 type { echo-reply, destination-unreachable, time-exceeded } drop'),
    'prerouting': ('prerouting: icmp type { echo-reply, destination-unreachable, time-exceeded } drop',
                   'prerouting: icmpv6 type { echo-reply, destination-unreachable, time-exceeded } drop'),
}
INGRESS = '''table netdev lab { chain ingress { type filter hook ingress device right priority 0;
icmp type { echo-reply, destination-unreachable, time-exceeded } drop
icmpv6 type { echo-reply, destination-unreachable, time-exceeded } drop
}; }'''


def said(trace):
    """All that stands below the table, in one line: words may be wrapped."""
    rows = [line for line in trace.out.splitlines() if line.strip()]
    last = max((number for number, line in enumerate(rows) if line[:3].strip().isdigit()), default=0)
    return ' '.join(rows[last + 1:])


def expect_said(trace, *wanted):
    """These of the findings, with all their words, and none of the others."""
    text = said(trace)
    for words in wanted:
        assert words in text, f'"{words}" wanted\n{trace}'
    for words in ALL:
        assert words in text or words not in wanted, trace
        assert words in ' '.join(wanted) or words not in text, f'"{words}" not wanted\n{trace}'


def dropped_on_the_way_in(context, family, method, hook):
    """ICMP is dropped: of echo and UDP nothing comes through, and that is the end; of TCP the target's own answer does."""
    with lab.Lab(ROUTERS) as chain:
        if hook == 'ingress':
            chain.feed_nft(chain.client, INGRESS)
        else:
            chain.nft(chain.client, *IN[hook])
        trace = faults.traced(context, chain, family, method)
        expect_said(trace, DROPPED, 'interface right', 'time-exceeded', 'Try: sudo nft list ruleset')
        if method == 'tcp':
            trace.expect_status(0)
            assert trace.hops == ['*'] * ROUTERS + chain.hops(family)[-1:], trace
        else:
            trace.expect_status(2)
            assert set(trace.hops) == {'*'}, trace
        assert not [row for row in trace.rows if row.loss_percent], f'no loss on the path wanted\n{trace}'


def syn_acks_dropped(context, family):
    """The target's SYN-ACKs are dropped here, so that no reset is due; the routers' answers come through."""
    with lab.Lab(ROUTERS) as chain:
        chain.nft(chain.client, 'input: tcp sport 443 drop')
        trace = faults.traced(context, chain, family, 'tcp').expect_status(2)
        expect_said(trace, DROPPED, 'syn-ack')
        assert trace.hops[:ROUTERS] == chain.hops(family)[:ROUTERS], trace


def some_dropped(context, family):
    """One answer of each router is let in, further ones are not: no loss of the path."""
    with lab.Lab(ROUTERS) as chain:
        chain.nft(chain.client, 'input: icmp type time-exceeded limit rate over 1/hour burst 4 packets drop',
                  'input: icmpv6 type time-exceeded limit rate over 1/hour burst 4 packets drop')
        trace = faults.traced(context, chain, family, 'udp').expect_status(0)
        expect_said(trace, DROPPED)
        assert not [row for row in trace.rows if row.loss_percent], f'no loss on the path wanted\n{trace}'


def other_way_back(context, method):
    """Router 2 sends what is for the client by another link, and the client takes packets only from where it would send to."""
    with lab.Lab(ROUTERS) as chain:
        chain.add_bypass(to=2)
        chain.ip(2, [f'route replace 10.0.0.0/24 via {lab.BYPASS_NEAR}'])
        chain.sysctl(chain.client, 'net/ipv4/conf/all/rp_filter', '0')
        chain.sysctl(chain.client, 'net/ipv4/conf/bypass/rp_filter', '1')
        trace = faults.traced(context, chain, 4, method).expect_status(2)
        expect_said(trace, REFUSED, 'by bypass', 'net.ipv4.conf.bypass.rp_filter is strict',
                    'Try: sudo sysctl -w net/ipv4/conf/bypass/rp_filter=2')
        # What it says to do helps.
        chain.sysctl(chain.client, 'net/ipv4/conf/bypass/rp_filter', '2')
        trace = faults.traced(context, chain, 4, method).expect_status(0)
        expect_said(trace)


def no_way_to_who_answers(context):
    """The loose check: the client has a route to the target, and none to the routers behind the first."""
    with lab.Lab(ROUTERS) as chain:
        chain.ip(chain.client, ['route del default via 10.0.0.2', f'route add {chain.target(4)} via 10.0.0.2'])
        trace = faults.traced(context, chain, 4, 'udp').expect_status(0)
        expect_said(trace, REFUSED, f'no route to {chain.hops(4)[1]}', f'Try: ip route get {chain.hops(4)[1]}')


def resets_held_back(context, family):
    with lab.Lab(ROUTERS) as chain:
        expect_said(faults.traced(context, chain, family, 'tcp', '-z', '5ms').expect_status(0))
        chain.nft(chain.client, 'output: tcp flags & rst == rst drop')
        trace = faults.traced(context, chain, family, 'tcp', '-z', '5ms').expect_status(0).expect_hops(chain.hops(family)).expect_no_loss()
        expect_said(trace, HELD_BACK)


def resets_translated(context, family):
    """The client translates its own source ports: resets leave in other words than ours, and nothing is said of them."""
    with lab.Lab(ROUTERS) as chain:
        chain.feed_nft(chain.client, 'table inet nat { chain post { type nat hook postrouting priority 100; '
                       'meta l4proto tcp masquerade to :2000-3000; }; }')
        trace = faults.traced(context, chain, family, 'tcp', '-z', '5ms').expect_status(0)
        expect_said(trace)


def another_way(context):
    """A rule leads TCP to port 443 to a next hop of the other family, which probes with a header of their own cannot be handed to."""
    with lab.Lab(ROUTERS) as chain:
        chain.ip(chain.client, ['rule add ipproto tcp dport 443 lookup 100',
                                f'route add 0.0.0.0/0 via inet6 {lab.address(6, 0, 2)} dev right table 100'])
        trace = faults.traced(context, chain, 4, 'tcp:443').expect_status(0).expect_no_error()
        expect_said(trace, OTHER_WAY, 'by right', f'Try: sonde --wire dgram {chain.target(4)}')
        expect_said(faults.traced(context, chain, 4, 'tcp:80').expect_status(0))


def nothing_kept(context, family, method, wire):
    """Healthy, with silent routers or a silent target, and while other programs have ICMP of their own: not a word."""
    uid = lab.NOBODY if wire == 'dgram' else None
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        loop = chain.command(chain.client, ['sh', '-c', f'while traceroute -n -I -{family} {chain.target(family)}; do :; done'])
        with subprocess.Popen(loop, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as other:
            try:
                assert other.stdout.readline(), 'the other program does not run'
                expect_said(faults.traced(context, chain, family, method, '--wire', wire, uid=uid).expect_status(0))
                chain.nft(2, 'output: icmp type time-exceeded drop', 'output: icmpv6 type time-exceeded drop')
                expect_said(faults.traced(context, chain, family, method, '--wire', wire, uid=uid).expect_status(0))
                chain.nft(chain.host, *faults.HOST_SILENT)
                expect_said(faults.traced(context, chain, family, method, '--wire', wire, '--no-wait', uid=uid).expect_status(1))
                assert other.poll() is None, 'the other program has ended'
            finally:
                other.kill()


def nothing_at_all(context, family, method):
    """Nothing answers, and not because of this machine: the raw wire has looked and says nothing, the unprivileged one says that it cannot
    tell."""
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        chain.nft(1, 'prerouting: iifname "left" meta l4proto { tcp, udp, icmp } drop',
                  'prerouting: iifname "left" icmpv6 type echo-request drop')
        expect_said(faults.traced(context, chain, family, method, '--no-wait').expect_status(1))
        trace = faults.traced(context, chain, family, method, '--no-wait', '--wire', 'dgram', uid=lab.NOBODY).expect_status(1)
        expect_said(trace, UNTOLD, 'without privilege')


def rows():
    for hook in (*IN, 'ingress'):
        yield from faults.per_family(f'answers dropped in {hook}', functools.partial(dropped_on_the_way_in, hook=hook), *faults.METHODS)
    yield from faults.per_family('SYN-ACKs dropped', syn_acks_dropped)
    yield from faults.per_family('some answers dropped', some_dropped)
    for method in faults.METHODS:
        yield f'answers by another way, {method}', functools.partial(other_way_back, method=method)
    yield 'answers from where no route leads', no_way_to_who_answers
    yield from faults.per_family('resets held back', resets_held_back)
    yield from faults.per_family('resets translated', resets_translated)
    yield 'application routed another way', another_way
    for wire in ('raw', 'dgram'):
        yield from faults.per_family(f'nothing kept, {wire}', functools.partial(nothing_kept, wire=wire), *faults.METHODS)
    yield from faults.per_family('nothing answers', nothing_at_all, *faults.METHODS)


SCENARIOS = list(rows())
