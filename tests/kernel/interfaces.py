# SPDX-License-Identifier: MIT
"""Real Linux routers asked about their interfaces (RFC 8335): by name, number and address, up and down, where it is switched on and where
it is not."""
import functools

import lab

ROUTERS = 2
ASKED = 2  # the farther router
ENABLE = 'net/ipv4/icmp_echo_enable_probe'


def probe(context, chain, family, *arguments):
    """Asks the farther router from the client."""
    router = chain.hops(family)[ASKED - 1]
    command = [context.sonde.copy(), 'probe-interface', f'-{family}', '-w', '1', '-q', '1', router, *arguments]
    run = chain.run(chain.client, command)
    run.shown = f'$ sonde {" ".join(command[1:])}\nstatus {run.returncode}\n{run.stdout}{run.stderr}'
    return router, run


def expect(run, status, *words):
    assert run.returncode == status, f'status {status} wanted\n{run.shown}'
    for word in words:
        assert word in run.stdout, f'"{word}" wanted\n{run.shown}'


def ready():
    chain = lab.Lab(ROUTERS)
    chain.sysctl(ASKED, ENABLE, '1')
    return chain


def active(context, family):
    with ready() as chain:
        # The number: see lab.Lab._make_links.
        for asked in ('right', str(100 + ASKED), lab.spelled(family, lab.address(family, ASKED, 1)), 'lo', '1'):
            router, run = probe(context, chain, family, '--if', asked)
            expect(run, 0, f'{router} says of', 'it is active; IPv4 and IPv6 run on it.')


def down(context, family):
    with ready() as chain:
        chain.ip(ASKED, ['link add spare type veth peer name only4', 'link set only4 up', 'addr add 10.0.99.1/24 dev only4'])
        chain.sysctl(ASKED, 'net/ipv6/conf/only4/disable_ipv6', '1')
        expect(probe(context, chain, family, '--if', 'spare')[1], 1, 'interface "spare": it is not active.')
        expect(probe(context, chain, family, '--if', '10.0.99.1')[1], 0, 'IPv4 runs on it')


def missing(context, family):
    with ready() as chain:
        expect(probe(context, chain, family, '--if', 'eth77')[1], 1, 'there is no such interface (code 2)')
        expect(probe(context, chain, family, '--if', '4711')[1], 1, 'there is no such interface (code 2)')
        expect(probe(context, chain, family, '--if', '192.0.2.1')[1], 1, 'there is no such interface (code 2)')


def switched_off(context, family):
    router, run = probe(context, context.chain(ROUTERS), family, '--if', 'right')
    expect(run, 1, f'{router} did not answer.', 'only where that was switched on')


def unreachable(context, family):
    """Linux gives no ICMPv4 error about a message whose type it does not know as an old one (icmp_send), so IPv4 shows silence."""
    with ready() as chain:
        chain.ip(1, [f'route replace unreachable {lab.spelled(family, lab.address(family, 1, 2))}'])
        _, run = probe(context, chain, family, '--if', 'right')
        expect(run, 1, 'did not answer; ' + chain.hops(family)[0] if family == 6 else 'did not answer.')


def unprivileged(context, family):
    chain = context.chain(ROUTERS)
    run = chain.run(chain.client, [context.sonde.copy(), 'probe-interface', chain.hops(family)[0], '--if', 'right'], uid=lab.NOBODY)
    assert run.returncode == 3 and len(run.stderr.splitlines()) == 1 and 'raw' in run.stderr, run.stdout + run.stderr


SCENARIOS = [(f'IPv{family}: {title}', functools.partial(scenario, family=family))
             for title, scenario in (('an interface that is up', active), ('one that is down, one without IPv6', down),
                                     ('one that is not there', missing), ('a router that does not answer', switched_off),
                                     ('a router that is not reached', unreachable), ('without privilege', unprivileged))
             for family in (4, 6)]
