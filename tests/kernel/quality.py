# SPDX-License-Identifier: MIT
"""How well a path does, with real routers: who limits, where packets get lost, and that neither is taken for the other."""
import functools

import lab

ROUTERS = 5
LIMITED = 3
FAMILIES = (4, 6)
ERRORS = ('icmp type time-exceeded', 'icmpv6 type time-exceeded')


def limiting(chain, rate, burst):
    """Router LIMITED sends so many time-exceeded and drops the rest: what its kernel would do, with other numbers."""
    chain.nft(LIMITED, *(f'output: {error} limit rate over {rate} burst {burst} packets drop' for error in ERRORS))


def says(trace, *words):
    for word in words:
        assert word in trace.out, f'"{word}" wanted\n{trace}'


def says_nothing_of(trace, *words):
    for word in words:
        assert word not in trace.out, f'"{word}" not wanted\n{trace}'


def limiter(context, family):
    """One answer a minute: of eight queries one is answered, and all that pass come through."""
    with lab.Lab(ROUTERS) as chain:
        limiting(chain, '1/minute', 1)
        trace = context.sonde.trace(chain, '-q', '8', '-M', 'icmp', chain.target(family)).expect_status(0).expect_hops(chain.hops(family))
        says(trace, f'Hop {LIMITED} ({chain.hops(family)[LIMITED - 1]}) answered 1 of 8 probes', 'the path loses nothing')
        says_nothing_of(trace, 'Loss begins')


def limiter_of_few_queries(context, family):
    with lab.Lab(ROUTERS) as chain:
        limiting(chain, '1/minute', 1)
        trace = context.sonde.trace(chain, '-M', 'icmp', chain.target(family)).expect_status(0).expect_hops(chain.hops(family))
        says(trace, f'Hop {LIMITED} answered 1 of 3: too few to tell its limiter from loss; -q ', 'Try: sonde -M icmp -q ')
        says_nothing_of(trace, 'Loss begins', 'it limits')


def lossy_link(context, family):
    """Two of three packets get lost behind router 2, on their way there."""
    with lab.Lab(ROUTERS) as chain:
        chain.nft(2, 'forward: iifname "left" numgen inc mod 3 != 0 drop')
        trace = context.sonde.trace(chain, '-q', '10', '-M', 'icmp', chain.target(family)).expect_status(0)
        hops = chain.hops(family)
        says(trace, f'Loss begins between hop 2 ({hops[1]}) and hop ', 'goes on to the target')
        says_nothing_of(trace, 'it limits')


def investigated(context, family, rate, burst):
    with lab.Lab(ROUTERS) as chain:
        limiting(chain, f'{rate}/second', burst)
        trace = context.sonde.trace(chain, '--investigate', '-M', 'icmp', chain.target(family)).expect_status(0)
        says(trace, f'Hop {LIMITED} ({chain.hops(family)[LIMITED - 1]}) answers a burst of {burst}, then {rate} a second')


def healthy(context, family):
    """Nothing but that it was reached."""
    with lab.Lab(ROUTERS) as chain:
        for method in ('icmp', 'udp', 'tcp'):
            trace = context.sonde.trace(chain, '--investigate', '-M', method, chain.target(family)).expect_status(0)
            reached, rest = trace.out.splitlines()[-2:]
            sentences = reached.replace(chain.target(family), 'TARGET').count('.')
            assert reached.startswith('Reached') and sentences == 1, f'no more than that is wanted\n{trace}'
            assert rest.startswith('Nothing to investigate'), f'nothing to investigate\n{trace}'


def rows():
    for family in FAMILIES:
        yield f'a limiter, IPv{family}', functools.partial(limiter, family=family)
        yield f'a limiter and three queries, IPv{family}', functools.partial(limiter_of_few_queries, family=family)
        yield f'a link that loses, IPv{family}', functools.partial(lossy_link, family=family)
        for rate, burst in ((1, 1), (10, 2)):
            job = functools.partial(investigated, family=family, rate=rate, burst=burst)
            yield f'a limiter of {rate} a second and {burst} at once, investigated, IPv{family}', job
        yield f'a healthy path, IPv{family}', functools.partial(healthy, family=family)


SCENARIOS = list(rows())
