# SPDX-License-Identifier: MIT
"""sonde doctor on a client with one thing broken: it says so, exits 1, and what it says to do mends it. What this machine outside of its
network has or lacks, name servers and databases, is no matter here."""
import functools
import re
import shlex

import lab

LINE = re.compile(r'^(fine|note|mend)  (\S+) +(.*)$')
OF_THE_MACHINE = ('dns', 'databases')
ROUTERS = 1


class Report:
    def __init__(self, run):
        self.text, self.status = run.stdout + run.stderr, run.returncode
        self.verdicts, self.words, self.tries, last = {}, {}, {}, None
        for line in run.stdout.splitlines():
            match = LINE.match(line)
            if match:
                last = match[2]
                self.verdicts[last], self.words[last] = match[1], match[3]
            elif line.startswith('      Try: '):
                self.tries[last] = line.removeprefix('      Try: ')

    def expect(self, check, verdict, *words):
        assert self.verdicts.get(check) == verdict, f'{check}: {verdict} wanted\n{self.text}'
        for word in words:
            assert word in self.words[check], f'{check}: "{word}" wanted\n{self.text}'
        return self

    def expect_mend_only(self, *checks):
        mend = {check for check, verdict in self.verdicts.items() if verdict == 'mend' and check not in OF_THE_MACHINE}
        assert mend == set(checks), f'only {checks} to mend wanted\n{self.text}'
        others = any(self.verdicts[check] == 'mend' for check in OF_THE_MACHINE)
        assert self.status == int(bool(checks) or others), f'status {self.status}\n{self.text}'
        return self


def ask(context, chain, uid=None, capability=None):
    return Report(chain.run(chain.client, [context.sonde.copy(capability), 'doctor'], uid, 20.0))


def take_advice(chain, report, check):
    """Runs what it says to try, without sudo: we are root in that namespace."""
    words = shlex.split(report.tries[check])
    assert words[:3] == ['sudo', 'sysctl', '-w'], report.text
    name, value = words[3].split('=', 1)
    chain.sysctl(chain.client, name if '/' in name else name.replace('.', '/'), value)


def healthy(context):
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        report = ask(context, chain).expect_mend_only()
        report.expect('capability', 'fine', 'effective').expect('ipv4', 'fine').expect('ipv6', 'fine').expect('filters', 'fine', 'no rules')
        report.expect('error-queue', 'fine', 'RFC 4884').expect('ping-sockets', 'fine', 'IPv4 and IPv6')
        report.expect('rate-limits', 'fine', 'net.ipv4.icmp_ratelimit 0 ms', 'they limit only')


def by_file_capability(context):
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_CLOSED)
        report = ask(context, chain, uid=lab.NOBODY, capability='cap_net_raw').expect_mend_only()
        report.expect('capability', 'fine', "permitted, by the program's file").expect('ping-sockets', 'note', '1 0, which is nobody')


def without_capability(context):
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_OPEN)
        report = ask(context, chain, uid=lab.NOBODY).expect_mend_only('capability')
        report.expect('ping-sockets', 'fine').expect('filters', 'note', 'not visible')
        assert report.tries['capability'] == f'sudo setcap cap_net_raw+p {context.sonde.copy()}', report.text


def ping_sockets_closed(context):
    with lab.Lab(ROUTERS) as chain:
        chain.ping_group(lab.PING_CLOSED)
        report = ask(context, chain, uid=lab.NOBODY).expect_mend_only('capability', 'ping-sockets')
        report.expect('ping-sockets', 'mend', 'net.ipv4.ping_group_range is 1 0')
        take_advice(chain, report, 'ping-sockets')
        ask(context, chain, uid=lab.NOBODY).expect_mend_only('capability')


def strict_sources(context):
    with lab.Lab(2) as chain:
        chain.sysctl(chain.client, 'net/ipv4/conf/all/rp_filter', '0')
        chain.sysctl(chain.client, 'net/ipv4/conf/right/rp_filter', '1')
        ask(context, chain).expect_mend_only().expect('rp-filter', 'fine', 'strict on right, which is the only interface')
        chain.add_bypass(to=2)
        report = ask(context, chain).expect_mend_only('rp-filter').expect('rp-filter', 'mend', 'strict on right: of 2 interfaces')
        take_advice(chain, report, 'rp-filter')
        ask(context, chain).expect_mend_only()


def ipv6_off(context):
    with lab.Lab(ROUTERS) as chain:
        chain.sysctl(chain.client, 'net/ipv6/conf/all/disable_ipv6', '1')
        report = ask(context, chain).expect_mend_only('ipv6').expect('ipv6', 'mend', 'switched off')
        take_advice(chain, report, 'ipv6')
        # its addresses and routes went with it
        ask(context, chain).expect_mend_only().expect('ipv6', 'note', 'no default route')


def no_route(context):
    with lab.Lab(ROUTERS) as chain:
        chain.ip(chain.client, ['route del default via 10.0.0.2'])
        ask(context, chain).expect_mend_only().expect('ipv4', 'note', 'no default route').expect('ipv6', 'fine')


# Rules of the client: how the check judges them, and a word that it says.
RULES = {
    'answers dropped': (('input: icmp type time-exceeded drop',), 'mend', '1 rule that may drop ICMP on the way in'),
    'a set of types': (('input: icmpv6 type { time-exceeded, echo-reply } drop',), 'mend', '1 rule that may drop ICMP on the way in'),
    'echo rejected on the way out': (('output: icmp type echo-request reject',), 'mend', '1 rule that may drop ICMP on the way out'),
    'all ICMP dropped both ways': (('input: meta l4proto icmp drop', 'output: meta l4proto { icmp, icmpv6 } drop'), 'mend',
                                   'on the way in (chain inet lab input) and has 1 rule that may drop ICMP on the way out'),
    'two rules': (('output: icmp type echo-request drop', 'output: icmpv6 type echo-request drop'), 'mend',
                  '2 rules that may drop ICMP on the way out (the first in chain inet lab output)'),
    'by the header': (('output: ip protocol icmp counter drop',), 'mend', '1 rule that may drop ICMP on the way out'),
    'nobody may ping us': (('input: icmp type echo-request drop', 'input: icmpv6 type echo-request drop'), 'fine', '2 rules'),
    'a stateful firewall': (('input: ct state established,related accept', 'input: ct state invalid drop', 'input: drop'), 'note',
                            'drops on the way in what no rule accepts (chain inet lab input)'),
    'other protocols': (('input: tcp dport 22 drop', 'output: udp dport 53 reject'), 'fine', '2 rules'),
    'forwarded packets': (('forward: icmp type time-exceeded drop',), 'fine', 'no rules see'),
}
JUMP = '''table inet lab { chain pings { icmp type echo-request drop
icmp type time-exceeded drop
}
chain input { type filter hook input priority 0; policy drop;
ip protocol icmp jump pings
tcp dport 22 accept
}
}'''


def filtered(context, name):
    rules, verdict, words = RULES[name]
    with lab.Lab(ROUTERS) as chain:
        chain.nft(chain.client, *rules)
        ask(context, chain).expect('filters', verdict, words)


def filtered_behind_a_jump(context):
    with lab.Lab(ROUTERS) as chain:
        chain.feed_nft(chain.client, *JUMP.splitlines())
        ask(context, chain).expect('filters', 'mend', '1 rule that may drop ICMP on the way in')


def nothing_comes_in(context):
    """A chain that drops what no rule accepts, and no rule of it accepts anything; what it says to do lets answers in again."""
    for chain_rules in (('type filter hook input priority 0; policy drop;',),
                        ('type filter hook input priority 0; policy drop;', 'tcp dport 22 drop'),
                        ('type filter hook input priority 0;', 'counter drop')):
        with lab.Lab(ROUTERS) as chain:
            chain.ping_group(lab.PING_OPEN)
            chain.feed_nft(chain.client, 'table inet own { chain entry {', *chain_rules, '}', '}')
            report = ask(context, chain).expect_mend_only('filters')
            report.expect('filters', 'mend', 'lets nothing in', 'chain inet own entry')
            trace = [context.sonde.copy(), '-n', '-w', '1', '--gap', '2']
            assert chain.run(chain.client, [*trace, chain.target(4)]).returncode == 2, report.text
            words = shlex.split(report.tries['filters'])
            assert words[:4] == ['sudo', 'nft', 'insert', 'rule'], report.text
            chain.run(chain.client, words[1:])
            ask(context, chain).expect_mend_only().expect('filters', 'note', 'what no rule accepts')
            for family in (4, 6):
                run = chain.run(chain.client, [*trace, chain.target(family)])
                assert run.returncode == 0, run.stdout + run.stderr


def nothing_goes_out(context):
    with lab.Lab(ROUTERS) as chain:
        chain.feed_nft(chain.client, 'table ip own { chain o { type filter hook output priority 0; policy drop;', '}', '}')
        report = ask(context, chain).expect('filters', 'mend', 'lets nothing out', 'chain ip own o')
        chain.run(chain.client, shlex.split(report.tries['filters'])[1:])
        run = chain.run(chain.client, [context.sonde.copy(), '-n', chain.target(4)])
        assert run.returncode == 0, run.stdout + run.stderr
        ask(context, chain).expect('filters', 'note', 'what no rule accepts')


SCENARIOS = [
    ('a healthy client has nothing to mend', healthy),
    ('a file capability is seen', by_file_capability),
    ('no capability: how to set it', without_capability),
    ('ping_group_range 1 0: what it says mends it', ping_sockets_closed),
    ('rp_filter=1: what it says mends it', strict_sources),
    ('IPv6 disabled: what it says mends it', ipv6_off),
    ('no default route', no_route),
    *((f'filter: {name}', functools.partial(filtered, name=name)) for name in RULES),
    ('filter: behind a jump', filtered_behind_a_jump),
    ('filter: no answer can come in: what it says mends it', nothing_comes_in),
    ('filter: no probe can go out: what it says mends it', nothing_goes_out),
]
