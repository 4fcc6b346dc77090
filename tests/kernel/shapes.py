# SPDX-License-Identifier: MIT
"""Filters of real routers, each of which looks at one thing: 'sonde compare --shape' names it, and nothing else."""
import concurrent.futures
import functools
import re

import lab

ROUTERS, FILTERING = 4, 2
NOBODY = 65534
SHAPING_BOUND_S = 30.0
DECIDES = re.compile(r'The ([^.:]*?) decides?(?:, each alone)?: all else alike')
LIMITS = {'net/ipv4/icmp_ratelimit': '1000', 'net/ipv4/icmp_ratemask': '6168', 'net/ipv6/icmp/ratelimit': '1000',
          'net/ipv6/icmp/ratemask': '0-1,3-127'}
SYN_ONLY = 'tcp flags & (syn | ack) == syn'

# title, rules of router 2 for what comes from the client, method that they stop, what decides ('' for nothing that is tried), families.
FILTERS = (
    ('UDP port', ('udp dport 33434 drop',), 'udp', 'destination port', (4, 6)),
    ('TCP port', ('tcp dport 443 drop',), 'tcp:443', 'destination port', (4, 6)),
    ('rejected TCP port', ('tcp dport 22 reject with icmpx type admin-prohibited',), 'tcp:22', 'destination port', (4, 6)),
    ('reset TCP port', ('tcp dport 22 reject with tcp reset',), 'tcp:22', 'destination port', (4, 6)),
    ('UDP source port', ('udp sport 53 accept', 'meta l4proto udp drop'), 'udp', 'source port', (4, 6)),
    ('TCP source port', ('tcp sport 1024-65535 drop',), 'tcp:443', 'source port', (4, 6)),
    ('TCP flags', (f'{SYN_ONLY} drop',), 'tcp:443', 'TCP flags', (4, 6)),
    ('DSCP', ('meta l4proto tcp ip dscp != ef drop', 'meta l4proto tcp ip6 dscp != ef drop'), 'tcp:443', 'DSCP', (4, 6)),
    ('length', ('meta l4proto udp meta length < 1000 drop',), 'udp', 'length', (4, 6)),
    ('DF', ('meta l4proto udp ip frag-off & 0x4000 != 0 drop',), 'udp', 'DF bit', (4,)),
    # the first bytes of an NTP request; of a payload that varies four do not fit by chance
    ('payload', ('meta l4proto udp @th,64,32 != 0x23000000 drop',), 'udp', 'payload', (4, 6)),
    ('flags and DSCP', (f'{SYN_ONLY} ip dscp != ef drop', f'{SYN_ONLY} ip6 dscp != ef drop'), 'tcp:443', 'DSCP and the TCP flags', (4, 6)),
    ('protocol UDP', ('meta l4proto udp drop',), 'udp', '', (4, 6)),
    ('protocol TCP', ('meta l4proto tcp drop',), 'tcp:443', '', (4, 6)),
    ('long UDP only', ('meta l4proto udp meta length < 1400 drop',), 'udp', '', (4, 6)),
)


def shaped(context, chain, families, *options, **how):
    """One run for each family, at the same time: nearly all of it is waiting for silence."""
    def run(family):
        return context.sonde.compare(chain, '--shape', *options, chain.target(family), **how).expect_within(SHAPING_BOUND_S)
    context.sonde.copy(how.get('capability'))
    with concurrent.futures.ThreadPoolExecutor() as threads:
        return list(threads.map(run, families))


def build(rules, limits=None):
    chain = lab.Lab(ROUTERS)
    chain.nft(FILTERING, *(f'forward: iifname "left" {rule}' for rule in rules))
    for name, value in (limits or {}).items():
        for node in range(1, chain.host + 1):
            chain.sysctl(node, name, value)
    return chain


def expect_fields(trace, method, wanted):
    """The method's paragraph, whose filter looks at that; the other method has none."""
    label = method.replace(':', '/') if ':' in method else f'{method}/33434'
    own = [line for line in trace.out.splitlines() if line.startswith(f'{label}: ')]
    assert len(own) == 1, f'one paragraph of {label} wanted\n{trace}'
    found = DECIDES.findall(trace.out)
    assert DECIDES.findall(own[0]) == ([wanted] if wanted else []), f'"{wanted}" wanted\n{trace}'
    assert len(found) == bool(wanted), f'nothing else is blocked\n{trace}'
    assert ('the filter looks at something else' in own[0]) == (not wanted), f'"{wanted}" wanted\n{trace}'
    return trace


def named(context, rules, method, wanted, families, limits=None):
    with build(rules, limits) as chain:
        for trace in shaped(context, chain, families, '-M', 'icmp', '-M', method):
            expect_fields(trace.expect_status(0).expect_no_error(), method, wanted)


def without_privilege(context):
    """What an ordinary user may not send is named, and does not keep the rest from being found."""
    with build(('udp dport 33434 drop', 'tcp dport 22 drop')) as chain:
        for trace in shaped(context, chain, (4, 6), '-M', 'tcp:22,443', '-M', 'udp', uid=NOBODY):
            for label in ('udp/33434', 'tcp/22'):
                own = next(line for line in trace.expect_no_error().out.splitlines() if line.startswith(f'{label}: '))
                assert DECIDES.findall(own) == ['destination port'], f'the port of {label} wanted\n{trace}'
                untried = own.partition('Could not be tried: ')[2]
                assert 'source port (' in untried, f'no low source port of {label} wanted\n{trace}'
                assert ('TCP flags (' in untried) == label.startswith('tcp'), f'no flags of {label} wanted\n{trace}'


def with_raw_capability_only(context):
    """That shows a filter by flags; a low source port takes another one."""
    with build((f'{SYN_ONLY} drop',)) as chain:
        for trace in shaped(context, chain, (4, 6), '-M', 'icmp', '-M', 'tcp:443', uid=NOBODY, capability='cap_net_raw'):
            expect_fields(trace.expect_no_error(), 'tcp:443', 'TCP flags')
            assert 'Could not be tried: source port (Permission denied)' in trace.out, f'no low source port wanted\n{trace}'


def nothing_is_blocked(context):
    with lab.Lab(ROUTERS) as chain:
        for trace in shaped(context, chain, (4, 6), '-M', 'icmp', '-M', 'tcp:443'):
            assert 'filter' not in trace.expect_status(0).out and 'nothing' not in trace.out, f'nothing is blocked\n{trace}'


def rows():
    for title, rules, method, wanted, families in FILTERS:
        yield f'filter by {title}', functools.partial(named, rules=rules, method=method, wanted=wanted, families=families)
    _, rules, method, wanted, families = FILTERS[0]
    yield 'default rate limits', functools.partial(named, rules=rules, method=method, wanted=wanted, families=families, limits=LIMITS)
    yield 'without privilege', without_privilege
    yield 'raw sockets and no other privilege', with_raw_capability_only
    yield 'nothing is blocked', nothing_is_blocked


SCENARIOS = list(rows())
